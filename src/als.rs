//! Implicit-feedback matrix factorisation by alternating least squares.
