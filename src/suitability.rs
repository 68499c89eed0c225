//! May this client be offered this product, and why not.
