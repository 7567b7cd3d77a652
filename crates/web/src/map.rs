//! A map of economies, drawn on the server: outlines as links, each with its sentence, a legend of shapes and
//! words. It is never the only way to what it shows: the page that holds it names the table with the same values.

mod outline;
mod shade;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::assets;
use crate::format::Count;
use crate::link::Link;

use outline::{Drawn, OUTLINES, Outline};
pub(crate) use shade::Shade;

/// One economy with what the map says of it.
#[derive(Clone, Debug)]
pub(crate) struct Area {
    /// ISO 3166-1 alpha-2, or a code registries use beside it.
    pub(crate) code: String,
    pub(crate) link: Link,
    pub(crate) shade: Shade,
    /// A whole sentence: name, value and what it rests on.
    pub(crate) label: String,
}

/// The map itself: an element of its own that works as it stands and is enhanced by the script.
#[derive(Template, Clone, Debug)]
#[template(path = "map.html")]
pub(crate) struct Map {
    /// What is shown, in a sentence, for those who do not see it.
    about: String,
    /// What the shades mean.
    measure: String,
    /// Fragment of the table that holds the same values.
    table: &'static str,
    width: u32,
    height: u32,
    layers: Vec<Layer>,
    /// Land to which no code belongs.
    unassigned: &'static str,
    legend: Vec<Key>,
    /// Economies that lie nowhere: the codes that registries use beside ISO 3166-1.
    elsewhere: Vec<Area>,
    /// File with the finer outlines.
    fine: &'static str,
}

/// The economies of one shade, either those drawn by their outline or those drawn as dots.
#[derive(Clone, Debug)]
struct Layer {
    shade: Shade,
    places: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    code: &'static str,
    drawn: Drawn,
    /// Nothing for an economy that the data does not know.
    link: Option<Link>,
    label: String,
}

/// A line of the legend.
#[derive(Clone, Debug)]
struct Key {
    shade: Shade,
    economies: Count,
}

impl HtmlSafe for Map {}

impl Map {
    /// A map of `areas`. `about` says what is shown (`Map of …`), `measure` what the shades mean, `table` is
    /// the `id` on the same page of what holds the same values. An economy that `areas` lacks is drawn as
    /// having no network known.
    pub(crate) fn new(about: String, measure: String, table: &'static str, areas: Vec<Area>) -> Map {
        let (mut placed, elsewhere): (Vec<Area>, Vec<Area>) =
            areas.into_iter().partition(|area| OUTLINES.of(&area.code).is_some());
        placed.sort_by(|a, b| a.code.cmp(&b.code));
        let count = |shade: Shade| placed.iter().filter(|area| area.shade == shade).count() as u64;
        let legend =
            Shade::ALL.map(|shade| Key { shade, economies: Count(count(shade)) }).into_iter().collect();
        let places: Vec<(Shade, Place)> =
            OUTLINES.all.iter().map(|outline| place(outline, &placed)).collect();
        // Dots lie on top: some stand for economies surrounded by another.
        let layer = |shade: Shade, dots: bool| Layer {
            shade,
            places: places
                .iter()
                .filter(|(of, place)| *of == shade && matches!(place.drawn, Drawn::Dot(..)) == dots)
                .map(|(_, place)| place.clone())
                .collect(),
        };
        let layers = [false, true].into_iter().flat_map(|dots| {
            let shades = [Shade::Absent].into_iter().chain(Shade::ALL.into_iter().rev());
            shades.map(move |shade| (shade, dots))
        });
        Map {
            about,
            measure,
            table,
            width: OUTLINES.width,
            height: OUTLINES.height,
            layers: layers
                .map(|(shade, dots)| layer(shade, dots))
                .filter(|layer| !layer.places.is_empty())
                .collect(),
            unassigned: OUTLINES.unassigned,
            legend,
            elsewhere,
            fine: assets::outlines(),
        }
    }
}

fn place(outline: &Outline, areas: &[Area]) -> (Shade, Place) {
    let area = areas.binary_search_by(|area| area.code.as_str().cmp(outline.code)).ok().map(|i| &areas[i]);
    let place = Place {
        code: outline.code,
        drawn: outline.drawn,
        link: area.map(|area| area.link.clone()),
        label: area.map(|area| area.label.clone()).unwrap_or_default(),
    };
    (area.map_or(Shade::Absent, |area| area.shade), place)
}

#[cfg(test)]
mod tests;
