//! The file of a roll, row by row: its encoding is found out, its memory bounded.

use crate::error::{Error, Result};
use crate::roll::RollRefusal;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The longest row, in bytes; one that does not end by then has a quotation mark that is not closed.
const MAX_ROW: usize = 64 * 1024;

/// Rows of a file, each with the line on which it begins.
pub(crate) struct Rows<R: Read> {
    csv: csv::Reader<Bounded<DecodeReaderBytes<R, Vec<u8>>>>,
    budget: Arc<AtomicUsize>,
    record: csv::StringRecord,
}

impl<R: Read + Seek> Rows<R> {
    /// Opens a file in UTF-8, with or without a byte order mark, or in GB18030.
    pub(crate) fn open(mut file: R) -> Result<Self> {
        let encoding = match encoding_of(&mut file).map_err(unreadable)? {
            Some(encoding) => encoding,
            None => return Err(RollRefusal::Encoding.into()),
        };
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let decoded = DecodeReaderBytesBuilder::new()
            .encoding(Some(encoding))
            .strip_bom(true)
            .build(file);
        let budget = Arc::new(AtomicUsize::new(0));
        let bounded = Bounded {
            inner: decoded,
            budget: budget.clone(),
        };
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            // A line ends with its line feed, so that lines are counted right; the carriage return before it is cut off.
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(bounded);
        Ok(Self {
            csv,
            budget,
            record: csv::StringRecord::new(),
        })
    }

    /// The next row that holds anything; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, Vec<&str>)>> {
        loop {
            self.budget.store(MAX_ROW, Ordering::Relaxed);
            let line = self.csv.position().line();
            match self.csv.read_record(&mut self.record) {
                Ok(false) => return Ok(None),
                Ok(true) => {}
                Err(error) => {
                    return Err(match error.kind() {
                        csv::ErrorKind::Io(error)
                            if error.kind() != io::ErrorKind::FileTooLarge =>
                        {
                            unreadable(io::Error::other(error.to_string()))
                        }
                        _ => RollRefusal::LongRow(line).into(),
                    });
                }
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                let line = self.record.position().map_or(line, csv::Position::line);
                let cells = self.record.iter();
                let cells = cells.map(|cell| cell.strip_suffix('\r').unwrap_or(cell));
                return Ok(Some((line, cells.collect())));
            }
        }
    }
}

fn unreadable(error: io::Error) -> Error {
    Error::Internal(format!("cannot read the roll: {error}"))
}

/// UTF-8 where all of the file is, GB18030 where it is not; none for UTF-16.
fn encoding_of(file: &mut impl Read) -> io::Result<Option<&'static encoding_rs::Encoding>> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut kept, mut first) = (0, true);
    loop {
        let read = file.read(&mut buffer[kept..])?;
        let held = &buffer[..kept + read];
        if first && (held.starts_with(&[0xff, 0xfe]) || held.starts_with(&[0xfe, 0xff])) {
            return Ok(None);
        }
        first = false;
        match std::str::from_utf8(held) {
            Ok(_) if read == 0 => return Ok(Some(encoding_rs::UTF_8)),
            Ok(_) => kept = 0,
            Err(error) if error.error_len().is_some() || read == 0 => {
                return Ok(Some(encoding_rs::GB18030));
            }
            // A character that the next piece ends.
            Err(error) => {
                let from = error.valid_up_to();
                let held = kept + read;
                buffer.copy_within(from..held, 0);
                kept = held - from;
            }
        }
    }
}

/// Gives out so many bytes and then fails, until it is given more.
struct Bounded<R> {
    inner: R,
    budget: Arc<AtomicUsize>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.budget.load(Ordering::Relaxed);
        if read > left {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.budget.store(left - read, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn rows(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>> {
        let mut rows = Rows::open(Cursor::new(bytes.to_vec()))?;
        let mut all = Vec::new();
        while let Some((line, cells)) = rows.next()? {
            all.push((line, cells.into_iter().map(str::to_owned).collect()));
        }
        Ok(all)
    }

    #[test]
    fn the_encodings_that_spreadsheets_write_are_read() {
        let (encoded, _, _) = encoding_rs::GB18030.encode("姓名,㐂\r\n李,b\r\n");
        let utf8 = "姓名,㐂\r\n李,b\r\n".as_bytes();
        let marked = [&[0xef, 0xbb, 0xbf], utf8].concat();
        for bytes in [encoded.as_ref(), utf8, &marked] {
            let rows = rows(bytes).unwrap();
            assert_eq!(rows[0], (1, vec!["姓名".to_owned(), "㐂".to_owned()]));
            assert_eq!(rows[1].0, 2);
        }
        assert!(rows(&[0xff, 0xfe, 0x31, 0]).is_err());
        // A character of three bytes across the end of a piece.
        let long = format!("{}李,\n", "a\n".repeat(32 * 1024 - 1) + "b");
        assert!(rows(long.as_bytes()).unwrap().last().unwrap().1[0].ends_with('李'));
    }

    #[test]
    fn lines_are_counted_over_blank_ones_and_quoted_breaks() {
        let rows = rows(b"a,b\n\n,\n\"x\ny\",2\nz\n").unwrap();
        let lines: Vec<_> = rows.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 4, 6]);
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_takes_no_memory() {
        let endless = format!("a,b\n\"{}", "c,d\n".repeat(100_000));
        let refused = rows(endless.as_bytes()).unwrap_err();
        assert!(refused.to_string().contains("line 2"), "{refused}");
    }
}
