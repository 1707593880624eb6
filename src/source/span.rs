//! Places in files.

/// A file of the workspace: its index in the sorted list of documents.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

impl FileId {
    /// The position of the file in [`crate::project::Project::documents`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of bytes in one file, end exclusive. Ordered by file, start, end.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The file the bytes are in.
    pub file: FileId,
    /// First byte, counted from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; offsets beyond `u32::MAX` saturate (files that large are never read).
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The bytes as a range, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies inside this span (same file).
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// A part of this span, given by byte offsets relative to its start.
    pub fn slice(self, start: usize, end: usize) -> Span {
        let base = self.start as usize;
        Span::new(self.file, base + start, (base + end).min(self.end as usize))
    }

    /// The smallest span that covers both; both must be in the same file, else `self`.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the start of this one.
    pub fn at_start(self) -> Span {
        Span { end: self.start, ..self }
    }

    /// The empty span behind it.
    pub fn at_end(self) -> Span {
        Span { start: self.end, ..self }
    }
}

/// A value together with the place it was written at.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    /// The value, decoded.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }
}

impl Spanned<String> {
    /// The value as text.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// The same, borrowed.
    pub fn borrowed(&self) -> Spanned<&str> {
        Spanned { value: &self.value, span: self.span }
    }
}

impl<'a> Spanned<&'a str> {
    /// The value as text.
    pub fn as_str(&self) -> &'a str {
        self.value
    }

    /// The same with a text of its own.
    pub fn owned(self) -> Spanned<String> {
        self.map(str::to_owned)
    }
}
