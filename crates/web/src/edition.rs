use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use measure::framework::{self, Framework};
use routing::{Month, Timestamp};
use store::{
    AggregateRow, Directory, FrameworkName, ParticipantRow, PeerRow, ProgrammeRow, PublicationRow,
    ScoreColumns, SourceRow, Store, StoreError,
};
use tokio::runtime::Handle;
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use crate::link::Link;
use crate::names::Names;
use crate::refusal::Refusal;
use crate::view::View;

/// How many publications' sources are kept in memory. A publication never changes, so what is kept is right.
const EDITIONS_MAX: usize = 16;

/// A publication, its sources, the peers of its collectors and who takes part.
#[derive(Debug)]
pub(crate) struct Edition {
    /// Its key in the store.
    pub(crate) id: i64,
    pub(crate) head: PublicationRow,
    pub(crate) sources: Vec<SourceRow>,
    pub(crate) peers: Vec<PeerRow>,
    pub(crate) participants: Vec<ParticipantRow>,
    pub(crate) programmes: Vec<ProgrammeRow>,
    /// Its networks as columns, and how to find them by name; read when first asked for.
    directory: OnceCell<(Directory, Names)>,
    /// What each framework says of them.
    columns: BTreeMap<String, OnceCell<ScoreColumns>>,
    areas: BTreeMap<String, OnceCell<Areas>>,
}

impl Edition {
    /// The networks of the month as columns.
    pub(crate) async fn directory(&self, store: &Store) -> Result<&Directory, StoreError> {
        Ok(&self.listing(store).await?.0)
    }

    /// How to find networks by name.
    pub(crate) async fn names(&self, store: &Store) -> Result<&Names, StoreError> {
        Ok(&self.listing(store).await?.1)
    }

    async fn listing(&self, store: &Store) -> Result<&(Directory, Names), StoreError> {
        let (store, id) = (store.clone(), self.id);
        let read = async move {
            let directory = store.directory(id).await?;
            let names = Names::of(&directory);
            Ok((directory, names))
        };
        self.directory.get_or_try_init(|| aside(read)).await
    }

    /// What a framework of this publication says of its networks, in the order of the directory.
    pub(crate) async fn columns(&self, store: &Store, framework: &str) -> Result<&ScoreColumns, StoreError> {
        let cell = self.columns.get(framework).expect("a framework is chosen among those of the publication");
        let (store, id, framework) = (store.clone(), self.id, framework.to_owned());
        let read = async move { store.score_columns(id, &framework).await };
        cell.get_or_try_init(|| aside(read)).await
    }

    /// Scores of the world, of economies and of regions under a framework of this publication.
    pub(crate) async fn areas(&self, store: &Store, framework: &str) -> Result<&Areas, StoreError> {
        let cell = self.areas.get(framework).expect("a framework is chosen among those of the publication");
        let read = async || {
            Ok(Areas {
                world: store.aggregate(self.id, framework, "world", "").await?,
                economies: store.aggregates(self.id, framework, "economy").await?,
                regions: store.aggregates(self.id, framework, "region").await?,
            })
        };
        cell.get_or_try_init(read).await
    }
}

/// Reads much at once beside the threads that answer, so that other visitors need not wait for it.
async fn aside<T: Send + 'static>(
    read: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let runtime = Handle::current();
    let done = spawn_blocking(move || runtime.block_on(read)).await;
    done.expect("what reads the store ends and does not panic")
}

/// Scores of the areas of a month under one framework, by code.
#[derive(Debug)]
pub(crate) struct Areas {
    pub(crate) world: Option<AggregateRow>,
    pub(crate) economies: Vec<AggregateRow>,
    pub(crate) regions: Vec<AggregateRow>,
}

impl Areas {
    /// An economy or a region.
    pub(crate) fn find(&self, scope: &str, code: &str) -> Option<&AggregateRow> {
        let rows = if scope == "region" { &self.regions } else { &self.economies };
        rows.iter().find(|row| row.area == code)
    }
}

/// The publications asked for of late.
#[derive(Debug, Default)]
pub(crate) struct Editions(Mutex<BTreeMap<i64, Arc<Edition>>>);

impl Editions {
    pub(crate) async fn get(
        &self,
        store: &Store,
        id: i64,
        head: PublicationRow,
    ) -> Result<Arc<Edition>, StoreError> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(edition) = kept().get(&id) {
            return Ok(Arc::clone(edition));
        }
        let frameworks: Vec<String> = head.frameworks.iter().map(|name| name.id.clone()).collect();
        let edition = Arc::new(Edition {
            id,
            head,
            directory: OnceCell::new(),
            columns: frameworks.iter().map(|id| (id.clone(), OnceCell::new())).collect(),
            areas: frameworks.into_iter().map(|id| (id, OnceCell::new())).collect(),
            sources: store.sources(id).await?,
            peers: store.peers(id).await?,
            participants: store.participants(id).await?,
            programmes: store.programmes(id).await?,
        });
        let mut kept = kept();
        kept.insert(id, Arc::clone(&edition));
        if kept.len() > EDITIONS_MAX {
            // The oldest publication is the one least likely to be asked for next.
            kept.pop_first();
        }
        Ok(edition)
    }
}

/// Months whose networks are read as soon as the pages are served.
const WARM_MONTHS_MAX: usize = 12;

/// Reads what lists and searches need of the latest months, so that no visitor waits for it.
pub(crate) async fn warm(store: &Store, editions: &Editions) -> Result<(), StoreError> {
    for month in store.months().await?.iter().take(WARM_MONTHS_MAX) {
        let Some((id, head)) = store.current(month).await? else { continue };
        let edition = editions.get(store, id, head).await?;
        edition.listing(store).await?;
        if let Some(framework) = edition.head.frameworks.first() {
            edition.columns(store, &framework.id).await?;
        }
    }
    Ok(())
}

/// The month and framework a page shows.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) edition: Arc<Edition>,
    pub(crate) framework: FrameworkName,
    /// The framework's rules, where this version ships the very file it was graded by.
    pub(crate) rules: Option<&'static Framework>,
    /// Months with a publication, the latest first.
    pub(crate) months: Vec<String>,
    /// The world page with month and framework as far as the visitor named them.
    pub(crate) link: Link,
}

impl Chosen {
    /// What `month` and `framework` of a view name; the latest month and its first framework otherwise.
    pub(crate) async fn of(store: &Store, editions: &Editions, view: &View) -> Result<Chosen, Refusal> {
        let months = store.months().await?;
        let Some(latest) = months.first() else { return Err(Refusal::nothing_published()) };
        let month = match view.get("month") {
            Some(text) => text
                .parse::<Month>()
                .map_err(|error| Refusal::wrong(error.to_string(), "Months are written like month=2024-05."))?
                .to_string(),
            None => latest.clone(),
        };
        let Some((id, head)) = store.current(&month).await? else {
            let published = format!("Published months: {}.", months.join(", "));
            return Err(Refusal::absent(format!("There is no publication of {month}"), vec![published]));
        };
        let edition = editions.get(store, id, head).await?;
        let graded = &edition.head.frameworks;
        let wanted = view.get("framework");
        let framework = match wanted {
            Some(id) => graded.iter().find(|framework| framework.id == id),
            None => graded.first(),
        };
        let Some(framework) = framework.cloned() else {
            let names: Vec<&str> = graded.iter().map(|framework| framework.id.as_str()).collect();
            return Err(Refusal::absent(
                format!("{month} was not graded by framework `{}`", wanted.unwrap_or_default()),
                vec![format!("Frameworks of {month}: {}.", names.join(", "))],
            ));
        };
        let link = Link::to("/")
            .with_some("month", view.get("month").map(|_| month.as_str()))
            .with_some("framework", wanted);
        Ok(Chosen { rules: rules_of(&framework), edition, framework, months, link })
    }

    /// That the month was not over when it was published, in words: it holds the month to date.
    pub(crate) fn to_date(&self) -> Option<String> {
        let head = &self.edition.head;
        let end = head.month.parse::<Month>().ok()?.span().end;
        (head.published_at < end.0).then(|| match head.data_time {
            Some((_, until)) => format!("month to date, data until {}", Timestamp(until)),
            None => "month to date".to_owned(),
        })
    }

    /// A page of this month and framework.
    pub(crate) fn link_to(&self, path: impl Into<String>) -> Link {
        self.link.clone().on(path)
    }
}

/// The rules that a publication was graded by, where this version ships the very file.
pub(crate) fn rules_of(name: &FrameworkName) -> Option<&'static Framework> {
    shipped().iter().find(|framework| framework.id == name.id && framework.digest == name.digest)
}

/// Every framework shipped, the oldest first.
pub(crate) fn shipped() -> &'static [Framework] {
    static SHIPPED: LazyLock<Vec<Framework>> = LazyLock::new(|| {
        framework::shipped().iter().filter_map(|(id, _)| framework::load(id).ok()).collect()
    });
    &SHIPPED
}
