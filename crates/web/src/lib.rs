//! Pages: the world, a network, incidents, a prefix, the method, the sources. Rendered on the server from a publication in the store and its
//! generation in the lake; without scripts, the whole state of a view in its address.

mod api;
mod area;
mod assets;
mod bar;
mod compare;
mod counting;
mod edition;
mod event;
mod events;
mod exchange;
mod fixes;
mod foreign;
mod format;
mod frame;
mod group;
mod health;
mod history;
mod incident;
mod incidents;
mod link;
mod map;
mod method;
mod metrics;
mod names;
mod network;
mod opinions;
mod participant;
mod participants;
mod prefix;
mod programme;
mod record;
mod refusal;
mod replay;
mod reply;
mod roas;
mod score;
mod search;
mod sign;
mod source_states;
mod sources;
mod stale;
mod statistics;
mod told;
mod trend;
mod trial;
mod v1;
mod view;
mod whatif;
mod who;
mod world;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::sync::{Semaphore, watch};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use edition::{Chosen, Editions};
use exchange::feed;
use metrics::requests::{self, Requests};
use refusal::Refusal;
pub use source_states::{SourceState, SourceStates};
use view::View;

pub use counting::{Counting, counting};
pub use exchange::{IncidentLine, LINE_FIELDS, lines, stix};
pub use told::{Told, tell};
pub use v1::keys::Keys;

pub use record::{Closed, RecordField, RecordPlace, RecordSection, RecordShown, Records};

/// What pages are made from.
#[derive(Clone, Debug)]
pub struct State {
    /// Publications.
    pub store: store::Store,
    /// Their routes.
    pub lake: lake::Lake,
    /// The records that their evidence points to.
    pub records: Arc<dyn Records>,
}

/// The state and what is kept of it in memory.
#[derive(Debug)]
struct Site {
    store: store::Store,
    lake: lake::Lake,
    editions: Editions,
    trials: trial::Trials,
    foreign: foreign::Comparisons,
    sources: SourceStates,
    requests: Arc<Requests>,
    /// When this began, Unix seconds.
    began: i64,
    records: Arc<dyn Records>,
    /// Opening a record reads a whole file: a few at a time.
    opening: Arc<Semaphore>,
    keys: Keys,
    /// Whether the networks of the latest months have been read.
    warmed: watch::Receiver<bool>,
}

impl Site {
    async fn choose(&self, view: &View) -> Result<Chosen, Refusal> {
        Chosen::of(&self.store, &self.editions, view).await
    }
}

/// Every page there is.
pub fn router(state: State) -> Router {
    router_with(state, SourceStates::default(), Keys::default())
}

/// Every page there is; `/metrics` and `/readyz` tell how fetching goes too, and `/v1` asks for one of the keys.
pub fn router_with(state: State, sources: SourceStates, keys: Keys) -> Router {
    let State { store, lake, records } = state;
    let opening = Arc::new(Semaphore::new(record::OPENED_MAX));
    let requests = Arc::new(Requests::default());
    let counted = Arc::clone(&requests);
    let (warm, warmed) = watch::channel(false);
    let site = Arc::new(Site {
        store,
        lake,
        editions: Editions::default(),
        trials: trial::Trials::default(),
        foreign: foreign::Comparisons::default(),
        sources,
        requests,
        began: stale::now(),
        records,
        opening,
        keys,
        warmed,
    });
    let warming = Arc::clone(&site);
    let read_ahead = async move {
        if let Err(error) = edition::warm(&warming.store, &warming.editions).await {
            tracing::warn!(%error, "the networks of the latest months could not be read ahead");
        }
        warm.send_replace(true);
    };
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(read_ahead)),
        // Made outside a runtime, it answers all the same: what it needs is read when it is asked for.
        Err(_) => drop(read_ahead),
    }
    Router::new()
        .route("/", get(world::show))
        .route("/network/{asn}", get(network::show))
        .route("/network/{asn}/routes.csv", get(network::download))
        .route("/network/{asn}/fixes", get(fixes::show))
        .route("/network/{asn}/fixes.txt", get(fixes::download))
        .route("/whatif", get(whatif::show))
        .route("/economy/{code}", get(area::economy))
        .route("/economy/{code}/networks.csv", get(area::economy_csv))
        .route("/region/{slug}", get(area::region))
        .route("/region/{slug}/networks.csv", get(area::region_csv))
        .route("/incidents", get(incidents::show))
        .route("/incidents.csv", get(incidents::download))
        .route("/incidents.atom", get(feed::world_atom))
        .route("/incidents.json", get(feed::world_json))
        .route("/network/{asn}/incidents.atom", get(feed::network_atom))
        .route("/network/{asn}/incidents.json", get(feed::network_json))
        .route("/economy/{code}/incidents.atom", get(feed::economy_atom))
        .route("/economy/{code}/incidents.json", get(feed::economy_json))
        .route("/events", get(events::show))
        .route("/events.csv", get(events::download))
        .route("/others", get(opinions::show))
        .route("/foreign", get(foreign::show))
        .route("/foreign/{series}", get(foreign::series))
        .route("/foreign/{series}/comparison.csv", get(foreign::download))
        .route("/incident/{id}", get(incident::show))
        .route("/event/{id}", get(event::page::show))
        .route("/participants", get(participants::show))
        .route("/participants.csv", get(participants::download))
        .route("/participants/statistics", get(statistics::show))
        .route("/participants/statistics/{figure}", get(statistics::download))
        .route("/programme/{id}", get(crate::programme::show))
        .route("/participant/{programme}/{id}", get(participant::show))
        .route("/participant/{programme}/{id}/history.csv", get(participant::download))
        .route("/compare", get(compare::show))
        .route("/compare.csv", get(compare::download))
        .route("/group", get(group::form))
        .route("/group/{members}", get(group::show))
        .route("/group/{members}/networks.csv", get(group::download))
        .route("/group/{members}/incidents.atom", get(feed::group_atom))
        .route("/group/{members}/incidents.json", get(feed::group_json))
        .route("/network/{asn}/history", get(history::network))
        .route("/network/{asn}/history.csv", get(history::network_csv))
        .route("/economy/{code}/history", get(history::economy))
        .route("/economy/{code}/history.csv", get(history::economy_csv))
        .route("/region/{slug}/history", get(history::region))
        .route("/region/{slug}/history.csv", get(history::region_csv))
        .route("/roas", get(roas::show))
        .route("/roas/changes", get(roas::changes::show))
        .route("/sources", get(sources::show))
        .route("/method", get(method::show))
        .route("/method/{metric}", get(method::metric::show))
        .route("/method/framework/{id}", get(method::framework::show))
        .route("/method/framework/{id}/against/{other}", get(method::against::show))
        .route("/method/framework/{id}/against/{other}/changes.csv", get(method::against::download))
        .route("/method/event/{kind}", get(method::event::show))
        .route("/record/{digest}/{offset}", get(record::show))
        .route("/record/{digest}/{offset}/octets", get(record::download))
        .route("/prefix/{prefix}", get(prefix::show))
        .route("/prefix/{address}/{length}", get(prefix::slashed))
        .route("/search", get(search::show))
        .route("/static/{name}", get(assets::show))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .merge(api::router())
        .merge(v1::router(&site))
        .fallback(nowhere)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn(reply::guard))
        .layer(from_fn_with_state(counted, requests::count))
        .with_state(site)
}

async fn nowhere() -> Refusal {
    let advice = "There is the world page, a page for each network such as /network/AS64500, for each economy such as /economy/NL and region such as /region/europe, the incidents, what ROAs cover, the participants, the sources and the method.";
    Refusal::absent("There is no page at this address", vec![advice.to_owned()])
}
