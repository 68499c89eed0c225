//! What a model recommends to whom, why, and how good that was.
