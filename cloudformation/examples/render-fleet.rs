//! Renders a fleet of many sites and says how long that took.

fn main() {}
