//! Several pictures on one: a strip of a motion, row after row.

use crate::raster::Pixels;

/// Pictures of one size in rows of so many, with gaps in pixels around them; `None` if there are none, they differ in size or the
/// sheet would be too large.
///
/// ```
/// use surprisal::{export::sheet, raster::Pixels};
/// let picture = Pixels { width: 2, height: 2, rgba: vec![255; 16] };
/// let all = sheet(&[picture.clone(), picture.clone(), picture], 2, 2, [0, 0, 0, 255]).unwrap();
/// assert_eq!((all.width, all.height), (10, 10));
/// ```
pub fn sheet(pictures: &[Pixels], columns: u32, gap: u32, ground: [u8; 4]) -> Option<Pixels> {
    let first = pictures.first()?;
    let columns = columns.clamp(1, u32::try_from(pictures.len()).ok()?);
    let rows = u32::try_from(pictures.len()).ok()?.div_ceil(columns);
    let along = |count: u32, edge: u32| count.checked_mul(edge.checked_add(gap)?)?.checked_add(gap);
    let (width, height) = (along(columns, first.width)?, along(rows, first.height)?);
    crate::geom::FrameSize::new(width, height)?;
    let mut rgba: Vec<u8> = ground.repeat(width as usize * height as usize);
    for (index, picture) in (0u32..).zip(pictures) {
        if (picture.width, picture.height) != (first.width, first.height) {
            return None;
        }
        let left = gap + index % columns * (first.width + gap);
        let top = gap + index / columns * (first.height + gap);
        for (line, row) in (0u32..).zip(picture.rgba.chunks_exact(first.width as usize * 4)) {
            let start = ((top + line) as usize * width as usize + left as usize) * 4;
            rgba.get_mut(start..start + row.len())?.copy_from_slice(row);
        }
    }
    Some(Pixels { width, height, rgba })
}
