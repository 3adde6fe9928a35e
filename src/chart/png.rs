//! Charts as PNG, with a font that the program brings: what is drawn does not depend on the machine.

use anyhow::Context as _;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// DejaVu Sans, with the characters of Latin, Greek and Cyrillic.
const FONT: &[u8] = include_bytes!("font/DejaVuSans.ttf");

/// An SVG of its own as a PNG of the same size.
///
/// # Errors
/// When it is no SVG, or memory is short.
pub fn png(svg: &str) -> anyhow::Result<Vec<u8>> {
    let mut options = Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    let tree = Tree::from_str(svg, &options).context("cannot draw the chart")?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).context("the picture is too large")?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_drawn_with_the_own_font() {
        let svg = |text: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"50\">\
                 <style>text{{font-family:sans-serif}}</style><text x=\"5\" y=\"30\">{text}</text></svg>"
            )
        };
        let empty = png(&svg("")).unwrap();
        let drawn = png(&svg("Größe Ж Ω")).unwrap();
        assert_eq!(&drawn[..8], b"\x89PNG\r\n\x1a\n");
        assert!(drawn.len() > empty.len() + 200, "{} {}", drawn.len(), empty.len());
    }
}
