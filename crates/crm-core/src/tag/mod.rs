//! Target markets, and how much two lists of tags have in common.
