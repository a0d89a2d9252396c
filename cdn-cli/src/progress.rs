//! A progress bar, where a person looks on.
