//! Local exceptions and provider authorisations.

mod data;

use reference::ReadError;
use reference::aspa::{self, Aspa, AspaTable, Authorisation};
use reference::slurm::{self, Slurm};
use reference::vrp::{self, Vrp};
use routing::{Asn, FaultCounts};

fn slurm_of(filters: &str, assertions: &str) -> Result<Slurm, slurm::SlurmError> {
    slurm::parse(
        format!(
            "{{\"slurmVersion\":2,\"validationOutputFilters\":{{\"prefixFilters\":[{filters}],\"bgpsecFilters\":[],\
             \"aspaFilters\":[{{\"customerAsn\":7}}]}},\"locallyAddedAssertions\":{{\"prefixAssertions\":[{assertions}],\
             \"bgpsecAssertions\":[],\"aspaAssertions\":[{{\"customerAsn\":8,\"providerAsns\":[9]}}]}}}}"
        )
        .as_bytes(),
    )
}

fn vrps(text: &str) -> Vec<Vrp> {
    vrp::parse(text.as_bytes(), &mut FaultCounts::default()).unwrap().content
}

#[test]
fn filters_then_assertions() {
    let slurm = slurm_of(
        "{\"prefix\":\"192.0.2.0/24\"},{\"asn\":64496},{\"prefix\":\"198.51.100.0/24\",\"asn\":64497,\"comment\":\"x\"}",
        "{\"prefix\":\"192.0.2.0/25\",\"asn\":64496},{\"prefix\":\"2001:DB8::/32\",\"asn\":1,\"maxPrefixLength\":48}",
    )
    .unwrap();
    let before = vrps(
        "1,192.0.2.0/24,24\n1,192.0.2.128/25,25\n1,192.0.0.0/16,24\n64496,10.0.0.0/8,8\n64497,198.51.100.0/24,24\n\
         64498,198.51.100.0/24,24\n",
    );
    let after: Vec<_> = slurm.apply_to_vrps(before).iter().map(Vrp::to_string).collect();
    assert_eq!(
        after,
        ["192.0.0.0/16-24 AS1", "198.51.100.0/24 AS64498", "192.0.2.0/25 AS64496", "2001:db8::/32-48 AS1"],
        "an assertion is not subject to the filters"
    );
    let aspa = |customer, provider| Aspa { customer: Asn(customer), providers: vec![Asn(provider)] };
    assert_eq!(slurm.apply_to_aspas(vec![aspa(7, 1), aspa(6, 1)]), [aspa(6, 1), aspa(8, 9)]);
}

#[test]
fn every_deviation_refuses_the_file_and_says_where() {
    for (filters, assertions, want) in [
        ("{\"comment\":\"all\"}", "", "prefixFilters[0]: `prefix or asn` is missing"),
        (
            "{\"asn\":1},{\"asn\":\"AS1\"}",
            "",
            "prefixFilters[1]: `asn` is \"AS1\": an AS number is a JSON number here",
        ),
        ("{\"prefix\":\"192.0.2.1/24\"}", "", "prefixFilters[0]: `prefix` is \"192.0.2.1/24\""),
        ("{\"asn\":1,\"extra\":1}", "", "prefixFilters[0]: `extra` is not defined for SLURM version 2"),
        ("5", "", "prefixFilters[0]: `prefixFilters` is 5"),
        ("", "{\"prefix\":\"::/0\"}", "prefixAssertions[0]: `asn` is missing"),
        ("", "{\"prefix\":\"10.0.0.0/8\",\"asn\":1,\"maxPrefixLength\":7}", "`maxPrefixLength` is 7"),
        ("", "{\"prefix\":\"10.0.0.0/8\",\"asn\":1,\"maxPrefixLength\":33}", "`maxPrefixLength` is 33"),
        ("", "{\"prefix\":\"10.0.0.0/8\",\"asn\":4294967296}", "`asn` is 4294967296"),
        ("", "{\"asn\":1,\"prefix\":\"::/0\",\"comment\":4}", "prefixAssertions[0]: `comment` is 4"),
    ] {
        let error = slurm_of(filters, assertions).unwrap_err().to_string();
        assert!(error.contains(want), "{error} / {want}");
    }
    for (text, want) in [
        ("", "not JSON"),
        ("<html>", "not JSON"),
        ("[]", "must be an object"),
        ("{}", "`slurmVersion` is missing"),
        ("{\"slurmVersion\":3}", "`slurmVersion` is 3"),
        ("{\"slurmVersion\":1}", "`validationOutputFilters` is missing"),
        (
            "{\"slurmVersion\":1,\"validationOutputFilters\":{\"prefixFilters\":[],\"bgpsecFilters\":[],\"aspaFilters\":[]},\
             \"locallyAddedAssertions\":{\"prefixAssertions\":[],\"bgpsecAssertions\":[]}}",
            "`aspaFilters` is not defined for SLURM version 1",
        ),
    ] {
        let error = slurm::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(want), "{error} / {want}");
    }
}

#[test]
fn real_files_of_both_versions() {
    let Some(folder) = data::folder() else { return };
    let mut paths = data::files(&folder.join("rpki/routinator-tests"), ".slurm");
    paths.extend(data::files(&folder.join("rpki/rpki-rs-objects/slurm"), ".json"));
    paths.push(folder.join("rpki/routinator-tests/full.json"));
    for path in paths {
        let text = data::read(&path);
        let slurm = slurm::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let asserted = text.split("\"prefixAssertions\"").nth(1).unwrap().split(']').next().unwrap();
        assert_eq!(
            slurm.prefix_assertions.len(),
            asserted.matches("\"prefix\"").count(),
            "{}",
            path.display()
        );
        let providers = text.matches("\"providerAsns\"").count();
        assert_eq!(slurm.aspa_assertions.len(), providers, "{}", path.display());
        assert_eq!(
            usize::from(slurm.version),
            1 + usize::from(text.contains("aspaFilters")),
            "{}",
            path.display()
        );
    }
}

#[test]
fn aspas_of_one_customer_are_united() {
    let text = "{\"metadata\":{\"buildtime\":\"2024-05-31T00:00:00Z\"},\"aspas\":[\
        {\"customer_asid\":1,\"expires\":5,\"providers\":[3,2,3]},\n{\"customer\":\"AS1\",\"providers\":[\"AS4\"],\"ta\":\"ripe\"},\
        {\"customer_asid\":5,\"providers\":[0]},\n{\"customer_asid\":6,\"providers\":[]},{\"customer_asid\":6},{\"customer_asid\":6,\"providers\":[\"x\"]}]}";
    let mut faults = FaultCounts::default();
    let parsed = aspa::parse(text.as_bytes(), &mut faults).unwrap();
    assert_eq!(parsed.stated.unwrap().to_string(), "2024-05-31T00:00:00Z");
    let codes: Vec<_> = faults.first().iter().map(|f| (f.at, f.kind.code)).collect();
    assert_eq!(codes, [(3, "empty-providers"), (3, "json-element"), (3, "bad-asn")]);
    let table = AspaTable::new(parsed.content.clone());
    assert_eq!(table, AspaTable::new(parsed.content.into_iter().rev()));
    assert_eq!(table.providers(Asn(1)).unwrap(), [2, 3, 4].map(Asn));
    for (customer, provider, want) in [
        (1, 4, Authorisation::Provider),
        (1, 5, Authorisation::NotProvider),
        (4, 1, Authorisation::NoAttestation),
        (5, 0, Authorisation::NotProvider),
        (5, 1, Authorisation::NotProvider),
        (6, 1, Authorisation::NoAttestation),
    ] {
        assert_eq!(table.authorised(Asn(customer), Asn(provider)), want, "{customer} {provider}");
    }
    assert!(matches!(
        aspa::parse(&b"{\"customers\":[]}"[..], &mut FaultCounts::default()),
        Err(ReadError::NotThisFormat { .. })
    ));
}
