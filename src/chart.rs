//! Charts as SVG, and for a terminal: lines, bars and grids. Colours and dashes are classes, which the page or [`standalone`] defines.
//!
//! The pictures are drawn 400 units wide, so that their text is still readable on a phone.

mod bars;
mod grid;
mod line;
#[cfg(feature = "png")]
mod png;
mod scale;
mod terminal;
mod text_width;

use maud::{Markup, PreEscaped, html};

use crate::output::visible;

pub use bars::{Bar, bars};
pub use grid::{Grid, GridRow, grid};
pub use line::{LineChart, Point, line};
#[cfg(feature = "png")]
pub use png::png;
pub use scale::ticks;
pub use terminal::{calendar, columns};
pub use text_width::{fitted, text_width};

/// The width of every chart, in the units of its view box.
pub const WIDTH: f64 = 400.0;
/// The size of its text.
pub const FONT: f64 = 12.5;

/// What a chart shows, for those who do not see it.
#[derive(Debug, Clone)]
pub struct Description {
    /// Unique on the page.
    pub id: String,
    /// What is drawn.
    pub title: String,
    /// What it says.
    pub finding: String,
}

/// An `<svg>` with its description.
fn svg(description: &Description, height: f64, content: &Markup) -> Markup {
    let Description { id, title, finding } = description;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (number(WIDTH)) " " (number(height)) } role="img"
            aria-labelledby={ (id) "-title " (id) "-desc" } font-size=(number(FONT)) {
            title id={ (id) "-title" } { (visible(title)) }
            desc id={ (id) "-desc" } { (visible(finding)) }
            (content)
        }
    }
}

/// The colours of charts, light ones; Okabe and Ito's, of which every text and line has enough contrast.
pub const STYLE: &str = include_str!("chart/light.css");

/// The same on a dark screen.
pub const DARK_STYLE: &str = include_str!("chart/dark.css");

/// A chart as a file of its own, with a title above it; `width` and `height` in pixels.
#[must_use]
pub fn standalone(chart: &Markup, title: &str, (width, height): (u32, u32)) -> String {
    let text = chart.0.as_str();
    let style = format!(
        "<style>text{{font-family:sans-serif}}{STYLE}</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
    );
    let Some(end) = text.find('>') else { return String::new() };
    let (open, rest) = text.split_at(end);
    let view = open.split("viewBox=\"0 0 ").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("400 200");
    let height_of = view.split(' ').nth(1).and_then(|height| height.parse().ok()).unwrap_or(200.0);
    let open = open.replace(
        &format!("viewBox=\"0 0 {view}\""),
        &format!(
            "viewBox=\"-8 -28 {} {}\" width=\"{width}\" height=\"{height}\"",
            number(WIDTH + 16.0),
            number(height_of + 36.0)
        ),
    );
    let style = style.replace("width=\"100%\" height=\"100%\"", "x=\"-8\" y=\"-28\" width=\"100%\" height=\"100%\"");
    let heading = html! { text x="0" y="-10" font-size="15" class="ink" { (fitted(title, WIDTH, 15.0)) } };
    format!("{open}>{style}{}{}\n", heading.0, &rest[1..])
}

/// A coordinate: at most two decimals, none where there is nothing after the point.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Text at a place; `anchor` is `start`, `middle` or `end`.
fn label(x: f64, y: f64, anchor: &str, class: &str, text: &str) -> Markup {
    html! { text x=(number(x)) y=(number(y)) text-anchor=(anchor) class=(class) { (visible(text)) } }
}

/// Marks that fill an area besides its colour.
fn hatch() -> Markup {
    PreEscaped(
        "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <path d=\"M0 0V6\" class=\"hatch\"/></pattern></defs>"
            .to_owned(),
    )
}
