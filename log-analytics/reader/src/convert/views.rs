//! Columns of text that point into the file's own text.
#![expect(unsafe_code, reason = "the text was validated as a whole, not once more for every value")]

use std::sync::Arc;

use arrow_array::builder::make_view;
use arrow_array::{ArrayRef, StringViewArray};
use arrow_buffer::{Buffer, NullBufferBuilder, ScalarBuffer};

/// A column of text that is being built: values that stand in the text as they are cost 16 bytes
/// each and are not copied; others are kept beside it.
#[derive(Debug)]
pub(crate) struct Views<'a> {
    text: &'a str,
    made: Vec<u128>,
    nulls: NullBufferBuilder,
    beside: String,
}

/// A value that was put beside the text, to be used again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View(u128);

const IN_TEXT: u32 = 0;
const BESIDE: u32 = 1;

impl<'a> Views<'a> {
    pub(crate) fn new(text: &'a str, rows: usize) -> Self {
        Self {
            text,
            made: Vec::with_capacity(rows),
            nulls: NullBufferBuilder::new(rows),
            beside: String::new(),
        }
    }

    pub(crate) fn push_null(&mut self) {
        self.made.push(0);
        self.nulls.append_null();
    }

    /// A value that is a part of the text; `None` where its ends are no borders of characters.
    #[inline]
    pub(crate) fn push_of_text(&mut self, begin: u32, end: u32) {
        let Some(value) = self.text.get(begin as usize..end as usize) else {
            return self.push_null();
        };
        self.made.push(make_view(value.as_bytes(), IN_TEXT, begin));
        self.nulls.append_non_null();
    }

    /// A value of its own.
    pub(crate) fn push(&mut self, value: &str) {
        let view = self.keep(value);
        self.push_kept(view);
    }

    /// Puts a value beside the text without making it a row.
    pub(crate) fn keep(&mut self, value: &str) -> View {
        let Ok(at) = u32::try_from(self.beside.len()) else {
            return View(make_view(b"", BESIDE, 0));
        };
        let view = make_view(value.as_bytes(), BESIDE, at);
        // Up to twelve bytes are in the view itself.
        if value.len() > 12 {
            self.beside.push_str(value);
        }
        View(view)
    }

    #[inline]
    pub(crate) fn push_kept(&mut self, view: View) {
        self.made.push(view.0);
        self.nulls.append_non_null();
    }

    /// The column. `text` is the buffer that the views' text is in.
    pub(crate) fn finish(mut self, text: &Buffer) -> ArrayRef {
        debug_assert_eq!(text.as_ptr(), self.text.as_ptr(), "views of another text");
        let buffers = Arc::from([text.clone(), Buffer::from(self.beside.into_bytes())]);
        // SAFETY: every view was made by `make_view` of a `&str` that stands at that offset in the
        // first buffer, whose bytes are `self.text`, or in the second, which was a `String`.
        let array = unsafe {
            StringViewArray::new_unchecked(
                ScalarBuffer::from(self.made),
                buffers,
                self.nulls.finish(),
            )
        };
        Arc::new(array)
    }
}

/// A file's text once more as a `&str`.
///
/// # Safety
/// The bytes have to be valid UTF-8.
pub(crate) unsafe fn text_of(buffer: &Buffer) -> &str {
    // SAFETY: the caller's.
    unsafe { std::str::from_utf8_unchecked(buffer.as_slice()) }
}
