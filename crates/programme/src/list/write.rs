use routing::Date;
use serde_json::{Value, json};

use crate::{Participant, Programme};

/// Writes the participants of a programme on a day in the JSON form that [`super::parse`] reads. Networks that
/// left by that day are not in it.
pub fn write(programme: &Programme, day: Date, participants: &[&Participant]) -> String {
    let rows: Vec<Value> = participants.iter().map(|participant| row(programme, day, participant)).collect();
    format!("{:#}\n", json!({ "measurement_date": day.to_string(), "participants": rows }))
}

fn row(programme: &Programme, day: Date, participant: &Participant) -> Value {
    // Numbers stay numbers, so that the list names its participants as the one it may have come from.
    let number = participant.id.parse::<u64>().ok().filter(|n| n.to_string() == participant.id);
    let mut row = json!({
        "id": number.map_or_else(|| Value::from(participant.id.as_str()), Value::from),
        "name": participant.organisation,
        "areas_served": participant.areas.iter().map(|area| area.code()).collect::<Vec<_>>(),
        "ASNs": participant.asns(day).map(|asn| asn.0).collect::<Vec<_>>(),
        "member_since": participant.approved.map(|approved| approved.to_string()),
    });
    if !participant.partners.is_empty() {
        row["partners"] = json!(participant.partners);
    }
    for (_, item) in programme.items() {
        let stated = participant.conformance(item).as_str();
        let mut place = &mut row;
        for member in item.member.split('.') {
            place = &mut place[member];
        }
        *place = stated.into();
    }
    row
}
