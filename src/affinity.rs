//! Who holds this also holds that: items that go together.
