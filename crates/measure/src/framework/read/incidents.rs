//! The tables `[duration]`, `[accomplices]` and `[curve]`.

use super::{Read, basis};
use crate::framework::document::Item;
use crate::framework::schema;
use crate::framework::{Accomplices, Curve, DurationClass, DurationRule};
use crate::raw::{Count, Weight};

/// Counts have at most three decimals.
fn count(item: &Item) -> Read<Count> {
    item.steps(0.0..=1000.0, 1000).map(Count::from_thousandths)
}

pub(super) fn duration(item: &Item) -> Read<DurationRule> {
    let table = item.table(&schema::keys("[duration]"))?;
    let instant = count(&table.get("instant")?)?;
    let mut classes: Vec<DurationClass> = Vec::new();
    let (mut bound, mut least) = (1, instant);
    for item in table.get("classes")?.list()? {
        let class = item.table(&["below_seconds", "count"])?;
        let below = class.get("below_seconds")?;
        let below_seconds = below.whole(1..=2_678_400)?;
        if below_seconds <= bound {
            return Err(below
                .refuse(format!("is {below_seconds}: it must be more than {bound}, the bound before it")));
        }
        let counted = class.get("count")?;
        let count = count(&counted)?;
        if count < least {
            return Err(
                counted.refuse("is less than a shorter incident counts: a longer one may not count less")
            );
        }
        (bound, least) = (below_seconds, count);
        classes.push(DurationClass { below_seconds, count });
    }
    let per_period = count(&table.get("beyond_per_period")?)?;
    let period_seconds = table.get("beyond_period_seconds")?.whole(1..=2_678_400)?;
    let plus = table.get("beyond_plus")?;
    let rule = DurationRule {
        instant,
        classes,
        per_period,
        period_seconds,
        plus: count(&plus)?,
        basis: basis(&table, "")?,
    };
    if rule.beyond(bound) < least {
        return Err(
            plus.refuse("is too little: an incident beyond the classes may not count less than one inside")
        );
    }
    Ok(rule)
}

pub(super) fn accomplices(item: &Item) -> Read<Accomplices> {
    let table = item.table(&schema::keys("[accomplices]"))?;
    let mut least = Weight::FULL;
    let mut weight = |item: &Item| {
        let millionths = item.steps(0.0..=1.0, 1_000_000)?;
        let weight = Weight::from_millionths(millionths as u32).expect("0 to 1 was checked");
        if weight > least {
            return Err(item.refuse("is more than the one before it: weights may not grow with distance"));
        }
        least = weight;
        Ok(weight)
    };
    let weights = table.get("weights")?.list()?.iter().map(&mut weight).collect::<Read<Vec<_>>>()?;
    let beyond = weight(&table.get("beyond")?)?;
    Ok(Accomplices { weights, beyond, basis: basis(&table, "")? })
}

pub(super) fn curve(item: &Item) -> Read<Curve> {
    let table = item.table(&schema::keys("[curve]"))?;
    Ok(Curve {
        base: table.get("base")?.decimal(0.01..=0.99)?.value,
        scale: table.get("scale")?.decimal(0.001..=1000.0)?.value,
        exponent: table.get("exponent")?.decimal(0.01..=10.0)?.value,
        basis: basis(&table, "")?,
    })
}
