//! A value score that explains itself: standardised measures under a stored score card, and where weights come from.
