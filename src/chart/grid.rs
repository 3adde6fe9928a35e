//! Values by two others, as shaded cells.

use maud::{Markup, html};

use super::{Description, FONT, WIDTH, label, number, svg, text_width};

/// A grid of shaded cells.
#[derive(Debug, Clone)]
pub struct Grid {
    /// What the columns are.
    pub across: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<GridRow>,
}

/// A row of a grid.
#[derive(Debug, Clone)]
pub struct GridRow {
    /// Its name.
    pub name: String,
    /// Its cells: a share from 0 to 1, and the text in it.
    pub cells: Vec<(f64, String)>,
}

const ROW: f64 = 24.0;
const TOP: f64 = 36.0;
/// The number of shades besides the empty one.
const SHADES: f64 = 4.0;

/// A grid.
#[must_use]
pub fn grid(grid: &Grid, description: &Description) -> Markup {
    let left = grid.rows.iter().map(|row| text_width(&row.name, FONT)).fold(0.0, f64::max) + 6.0;
    #[expect(clippy::cast_precision_loss, reason = "few columns")]
    let slot = ((WIDTH - left) / grid.columns.len().max(1) as f64).min(46.0);
    #[expect(clippy::cast_precision_loss, reason = "few columns")]
    let x = |n: usize| left + slot * n as f64;
    #[expect(clippy::cast_precision_loss, reason = "few rows")]
    let y = |n: usize| TOP + ROW * n as f64;
    let shade = |share: f64| if share <= 0.0 { 0.0 } else { (share * SHADES).ceil().clamp(1.0, SHADES) };
    let widest = grid.columns.iter().map(|name| text_width(name, FONT)).fold(0.0, f64::max) + 4.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few columns")]
    let every = (widest / slot).ceil().max(1.0) as usize;
    let content = html! {
        (label(left, 12.0, "start", "soft", &grid.across))
        @for (n, name) in grid.columns.iter().enumerate() {
            @if n % every == 0 { (label(x(n) + slot / 2.0, TOP - 7.0, "middle", "soft", name)) }
        }
        @for (row, GridRow { name, cells }) in grid.rows.iter().enumerate() {
            (label(left - 6.0, y(row) + 16.0, "end", "ink", name))
            @for (n, (share, text)) in cells.iter().enumerate() {
                rect x=(number(x(n) + 0.5)) y=(number(y(row) + 0.5)) width=(number(slot - 1.0)) height=(number(ROW - 1.0)) class={ "q" (shade(*share)) } {}
                @if !text.is_empty() {
                    (label(x(n) + slot / 2.0, y(row) + 16.0, "middle", &format!("on{}", shade(*share)), text))
                }
            }
        }
    };
    svg(description, y(grid.rows.len()) + 2.0, &content)
}
