mod csv;
mod figures;
mod table;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use programme::Programme;
use store::ParticipantRow;

use crate::Site;
use crate::edition::Chosen;
use crate::format::Count;
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

use figures::Figures;
use table::{Asked, Table};

#[derive(Template)]
#[template(path = "participants.html")]
struct ParticipantsPage {
    frame: Frame,
    programmes: Vec<ProgrammeChoice>,
    programme: &'static Programme,
    asked: Asked,
    actions: Link,
    statistics: Link,
    /// Revision and day of the register, where anybody is from it.
    register: Option<(u64, String)>,
    figures: Option<Figures>,
    table: Option<Table>,
    /// The month and framework as far as the visitor named them, for the form.
    month: Option<String>,
    framework: Option<String>,
    /// Who is in several lists under several ids, told by the networks, in sentences.
    matched: Vec<String>,
    /// Who may be, and may not.
    unclear: Vec<String>,
}

/// One of the programmes.
struct ProgrammeChoice {
    title: &'static str,
    count: Count,
    link: Link,
    current: bool,
}

/// `/participants`: the public table of a programme, in the programme's own columns.
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let programme = programme_of(&chosen, &view)?;
    let asked = Asked::of(&view, programme)?;
    let rows = of_programme(&chosen, programme);
    let all = rows.len();
    let matched = rows.iter().flat_map(|row| {
        let by_networks = row.also.iter().filter(|also| also.ends_with("by the same networks"));
        by_networks.map(|also| format!("{} ({} of {}) is also {also}", row.organisation, row.id, row.source))
    });
    let matched = matched.collect();
    let unclear = &chosen.edition.head.summary["participants_unclear"][&programme.id];
    let unclear = unclear.as_array().into_iter().flatten();
    let unclear = unclear.filter_map(|said| Some(said.as_str()?.to_owned())).collect();
    let register = rows.iter().find_map(|row| Some((row.revision?, row.listed.clone())));
    let link = asked.put(chosen.link_to("/participants").with("programme", &programme.id));
    let csv = asked.put(chosen.link_to("/participants.csv").with("programme", &programme.id));
    let table = match all {
        0 => None,
        _ => Some(Table::new(&chosen, programme, &asked, rows, &link, csv, view.page("page")?)),
    };
    let link = table.as_ref().map_or(link.clone(), |table| link.paged("page", table.pages.page));
    let framework = chosen.framework.id.as_str();
    let figures = chosen
        .edition
        .programmes
        .iter()
        .find(|row| row.programme == programme.id && row.framework == framework);
    let everybody = match figures {
        Some(row) if row.asns > 0 => chosen.edition.areas(&site.store, framework).await?.world.as_ref(),
        _ => None,
    };
    let title = format!("Participants: {}", programme.title);
    let page = ParticipantsPage {
        frame: Frame::of(&chosen, "participants", &title, &link),
        programmes: choices(&chosen, programme),
        programme,
        actions: chosen.link_to(format!("/programme/{}", programme.id)),
        statistics: chosen.link_to("/participants/statistics").with("programme", &programme.id),
        register,
        figures: figures.map(|row| Figures::new(&chosen, programme, row, everybody)),
        table,
        asked,
        month: view.get("month").map(str::to_owned),
        framework: view.get("framework").map(str::to_owned),
        matched,
        unclear,
    };
    reply::page(&headers, &page)
}

/// `/participants.csv`: the participants that the page's table holds on all its pages, in its order.
pub(crate) async fn download(State(site): State<Arc<Site>>, view: View) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let programme = programme_of(&chosen, &view)?;
    let asked = Asked::of(&view, programme)?;
    let rows = asked.pick(of_programme(&chosen, programme), &chosen.framework.id);
    let name = format!("attachment; filename=\"{}-{}.csv\"", programme.id, chosen.edition.head.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, csv::write(programme, &chosen.framework.id, &rows)).into_response())
}

/// The programme asked for; the first that has participants otherwise.
fn programme_of(chosen: &Chosen, view: &View) -> Result<&'static Programme, Refusal> {
    let ids: Vec<&str> = programme::shipped().iter().map(|p| p.id.as_str()).collect();
    let asked = view.word("programme", &ids)?;
    let with_any =
        || ids.iter().copied().find(|id| chosen.edition.participants.iter().any(|p| p.programme == *id));
    let id = asked.or_else(with_any).unwrap_or(ids[0]);
    programme::load(id).map_err(|unknown| Refusal::wrong(unknown.to_string(), "Choose one of those."))
}

fn of_programme<'a>(chosen: &'a Chosen, programme: &Programme) -> Vec<&'a ParticipantRow> {
    chosen.edition.participants.iter().filter(|row| row.programme == programme.id).collect()
}

fn choices(chosen: &Chosen, now: &Programme) -> Vec<ProgrammeChoice> {
    let choice = |programme: &'static Programme| ProgrammeChoice {
        title: &programme.title,
        count: Count(of_programme(chosen, programme).len() as u64),
        link: chosen.link_to("/participants").with("programme", &programme.id),
        current: programme.id == now.id,
    };
    programme::shipped().iter().map(choice).collect()
}
