//! Who makes the profit: shares, Lorenz and whale curves of a value over customers.
