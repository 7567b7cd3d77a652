use std::sync::Arc;

use anyhow::{Context, Result};
use pipeline::month::{Before, Dated};
use reference::vrp::VrpTable;
use reference::{aspa, slurm, vrp};
use routing::Unknown;

use super::Loader;
use crate::config::SourceKind;
use crate::load::choose::{keep_better, skew};
use crate::load::parse::snapshots;
use crate::load::vrp_days::{Admitted, Chains, VrpDays};
use crate::load::{Snapshot, SourceFile};

/// VRPs, ASPAs where there are any, and the VRPs of every day.
type Rpki = (Result<Dated<Arc<VrpTable>>, Unknown>, Option<aspa::AspaTable>, VrpDays);

impl Loader<'_> {
    pub(super) fn rpki(&self, files: &mut [Vec<SourceFile>], before: &mut Before) -> Result<Rpki> {
        let (vrps, chains) = self.vrps(files)?;
        let admitted: Vec<Admitted> = vrps.iter().map(Admitted::of).collect();
        let found: Vec<(usize, usize)> = vrps.iter().map(|s| (s.source, s.file)).collect();
        let list = |s: &Snapshot<usize>| chains[&s.source].borrow().at(s.data);
        let vrps = self.nearest(vrps, files);
        let nearest: Vec<Admitted> = vrps.iter().map(Admitted::of).collect();
        let aspas = self.every(SourceKind::Aspas, files, aspa::parse)?;
        let aspas = self.nearest(aspas, files);
        before.aspas_as_of = aspas.iter().map(|s| s.as_of).max();
        // A local exception that cannot be read must stop the run: without it verdicts would be others than
        // the operator meant.
        let mut exceptions = Vec::new();
        for (index, source) in
            self.config.sources.iter().enumerate().filter(|(_, s)| s.kind == SourceKind::Slurm)
        {
            for file in &mut files[index] {
                let input = std::io::BufReader::new(fetch::open(&file.path)?);
                let slurm = slurm::parse(input)
                    .with_context(|| format!("{} (source `{}`)", file.path.display(), source.name))?;
                file.used = true;
                file.format = format!("slurm version {}", slurm.version);
                file.status = "used: local exceptions hold at all times".to_owned();
                file.records = (slurm.prefix_filters.len() + slurm.prefix_assertions.len()) as u64;
                exceptions.push(slurm);
            }
        }
        let mut label = self.label("VRPs", &vrps);
        if !exceptions.is_empty() {
            label.push_str(", local exceptions applied");
        }
        let loaded = !vrps.is_empty();
        let mut all: Vec<vrp::Vrp> = vrps.iter().flat_map(list).collect();
        let any_aspa = !aspas.is_empty();
        let mut providers: Vec<aspa::Aspa> = aspas.into_iter().flat_map(|s| s.data).collect();
        // RFC 8416 §4.2: every filter first, then every assertion.
        for slurm in &exceptions {
            all.retain(|vrp| !slurm.prefix_filters.iter().any(|f| f.drops(vrp)));
            providers.retain(|a| !slurm.aspa_filters.contains(&a.customer));
        }
        for slurm in &exceptions {
            all.extend(&slurm.prefix_assertions);
            providers.extend(slurm.aspa_assertions.iter().cloned());
        }
        let table = Arc::new(VrpTable::new(all));
        let vrps = if loaded {
            Ok(Dated { data: Arc::clone(&table), label })
        } else {
            Err(self.missing(SourceKind::Vrps))
        };
        let aspas = (any_aspa || !providers.is_empty()).then(|| aspa::AspaTable::new(providers));
        let names: Vec<&str> = self.config.sources.iter().map(|source| source.name.as_str()).collect();
        let skew_days_max = self.config.reference_skew_days_max;
        let held = (chains, exceptions);
        let mut days = VrpDays::new(self.month, skew_days_max, &names, &admitted, &nearest, held);
        let (epochs, used) = days.epochs(self.month, skew_days_max, &admitted, &nearest, Arc::clone(&table));
        days.share(&nearest, &table);
        before.vrps = epochs;
        for (one, (source, file)) in admitted.iter().zip(found) {
            let file = &mut files[source][file];
            let purpose = match (used.contains(one), days.uses(one)) {
                (true, true) => "events of its time and what ROAs cover by day",
                (true, false) => "events of its time alone",
                (false, true) => "what ROAs cover by day alone",
                (false, false) => continue,
            };
            if !file.used {
                let (_, words) = skew(self.month, one.as_of());
                keep_better(file, true, format!("used for {purpose}: {words}"));
            }
        }
        Ok((vrps, aspas, days))
    }

    /// Snapshots of VRPs, each by its place in the chain of its source.
    fn vrps(&self, files: &mut [Vec<SourceFile>]) -> Result<(Vec<Snapshot<usize>>, Chains)> {
        let (mut all, mut chains) = (Vec::new(), Chains::new());
        for (index, source) in
            self.config.sources.iter().enumerate().filter(|(_, s)| s.kind == SourceKind::Vrps)
        {
            let chain = chains.entry(index).or_default();
            let parse = |input, faults: &mut _| {
                vrp::parse(input, faults).map(|parsed| parsed.map(|vrps| chain.borrow_mut().push(vrps)))
            };
            let found = snapshots(index, source, &mut files[index], parse)?;
            chain.borrow_mut().finish();
            all.extend(self.admission.examine(&source.name, found, &mut files[index], |_| String::new()));
        }
        Ok((all, chains))
    }
}
