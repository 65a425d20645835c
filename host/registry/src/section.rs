//! The sections of a component's top level, walked without looking inside them.

use wasmparser::{BinaryReader, BinaryReaderError};

/// The first eight bytes of a component binary: magic, version 13, layer 1.
pub(crate) const COMPONENT_HEADER: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

/// A section: the bytes of the whole of it, and its name and data where it is a custom one.
pub(crate) struct Section<'a> {
    pub(crate) whole: &'a [u8],
    pub(crate) custom: Option<(&'a str, &'a [u8])>,
}

/// The sections after the header, in order. Nested modules and components are one section each.
pub(crate) fn sections(component: &[u8]) -> Result<Vec<Section<'_>>, BinaryReaderError> {
    let start = COMPONENT_HEADER.len().min(component.len());
    let mut reader = BinaryReader::new(component.get(start..).unwrap_or_default(), start);
    let bytes = component.get(start..).unwrap_or_default();
    let mut sections = Vec::new();
    while !reader.eof() {
        let from = reader.original_position() - start;
        let id = reader.read_u8()?;
        let size = reader.read_var_u32()? as usize;
        let content_at = reader.original_position();
        let content = reader.read_bytes(size)?;
        let to = reader.original_position() - start;
        let custom = if id == 0 {
            let mut inner = BinaryReader::new(content, content_at);
            let name = inner.read_string()?;
            let data = inner.read_bytes(inner.bytes_remaining())?;
            Some((name, data))
        } else {
            None
        };
        sections.push(Section {
            whole: bytes.get(from..to).unwrap_or_default(),
            custom,
        });
    }
    Ok(sections)
}
