//! Variable of a service to the places its value is put together from: `environment:`, the `.env` that Compose fills in,
//! the default inside a reference.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::Project;
use crate::model::compose::{Operator, ServiceId, Variable};
use crate::model::env::{Assembled, Part};
use crate::secret;
use crate::source::{Cut, Span, Spanned};

/// What was put together, by service and the number of the variable in its `environment:`.
pub(super) type Assemblies = HashMap<(ServiceId, usize), Assembled>;

/// The values of all services that do not stand in the Compose file as they are.
pub(super) fn assemblies(project: &Project) -> Assemblies {
    let mut all = Assemblies::new();
    for compose in &project.compose {
        let used: BTreeMap<Span, &Variable> = compose.variables.iter().map(|used| (used.span, used)).collect();
        let given = compose.env.iter().any(|path| project.env_at(path).is_some());
        // What a command line sets in front of it is no default either.
        let given = |name: &str| given && !compose.supplied.contains(name);
        for service in &compose.services {
            project.look(1 + service.environment.len());
            for (at, (key, value)) in service.environment.iter().enumerate() {
                let Some(value) = value.partly() else { continue };
                if let Some(assembled) = assemble(key.span, value, &used, &given) {
                    all.insert((service.id, at), assembled);
                }
            }
        }
    }
    all
}

/// The places of values that services get from elsewhere.
pub(super) fn passed_on(assemblies: &Assemblies) -> HashSet<Span> {
    assemblies.values().flat_map(|assembled| assembled.put_in()).map(|part| part.place).collect()
}

/// The places of secrets that stand in env files under another name than the one that says what they are.
pub(super) fn hidden<'a>(project: &'a Project, assemblies: &'a Assemblies) -> impl Iterator<Item = Span> + 'a {
    let services = project.services().flat_map(|service| {
        service.environment.iter().enumerate().map(|(at, (key, value))| ((service.id, at), key, value))
    });
    services.flat_map(|(id, key, value)| {
        let (Some(assembled), Some(value)) = (assemblies.get(&id), value.partly()) else { return Vec::new() };
        let text = value.as_str();
        let named = secret::holds(&key.value).is_some_and(|holds| holds != secret::Holds::Lesser);
        let in_urls = secret::url_passwords(text);
        let whole = (in_urls.is_empty() && named).then_some(0..text.len());
        let secrets: Vec<Range<usize>> = in_urls.into_iter().chain(whole).collect();
        let put_in = assembled.put_in().filter(|part| {
            let inside = |secret: &Range<usize>| secret.start < part.range.end && part.range.start < secret.end;
            secrets.iter().any(inside) && !secret::is_open(text.cut(part.range.clone()))
        });
        put_in.map(|part| part.place).collect()
    })
}

/// The parts of a value; `None` when it stands in the file as it is. `given`: whether the default of a variable counts, as
/// the env file of Compose is there.
fn assemble(
    key: Span,
    value: &Spanned<String>,
    used: &BTreeMap<Span, &Variable>,
    given: &dyn Fn(&str) -> bool,
) -> Option<Assembled> {
    let (text, written) = (value.as_str(), value.span);
    // In `KEY=value` the value starts behind the key.
    let list = written.start == key.end + 1 || written == key;
    let offset = if list { (key.range().len() + 1).min(written.start.saturating_sub(key.start) as usize) } else { 0 };
    let mut within = used.range(written.at_start()..).take_while(|(span, _)| written.contains(**span)).peekable();
    if within.peek().is_none() {
        let verbatim = written.range().len() == text.len();
        let whole = Part { range: 0..text.len(), place: written, from: None, mere_default: false };
        return (!verbatim).then(|| Assembled::new(vec![whole]));
    }
    let mut parts: Vec<Part> = Vec::new();
    let (mut made, mut read) = (0, written.start);
    for (_, variable) in within {
        let start = variable.made.start.saturating_sub(offset);
        let end = variable.made.end.saturating_sub(offset).min(text.len());
        let Some(part) = source(variable).filter(|_| variable.evaluated && start >= made && end >= start) else {
            continue;
        };
        literal(&mut parts, made..start, Span { start: read, end: variable.span.start.max(read), ..written }, written);
        if start < end {
            parts.push(Part { range: start..end, mere_default: part.mere_default && !given(&variable.name), ..part });
        }
        (made, read) = (end, variable.span.end);
    }
    literal(&mut parts, made..text.len(), Span { start: read.min(written.end), ..written }, written);
    Some(Assembled::new(parts))
}

/// Adds what stands between two references: exactly there, if it is as long as what became of it.
fn literal(parts: &mut Vec<Part>, range: Range<usize>, between: Span, written: Span) {
    if !range.is_empty() {
        let place = if between.range().len() == range.len() { between } else { written };
        parts.push(Part { range, place, from: None, mere_default: false });
    }
}

/// Where a reference has its value from; `None` when the references in its argument say so.
fn source(variable: &Variable) -> Option<Part> {
    use Operator as O;
    let filled =
        variable.value.as_ref().filter(|value| !value.value.is_empty() || variable.operator != O::DefaultIfEmpty);
    let default =
        matches!(variable.operator, O::Default | O::DefaultIfEmpty) && filled.is_none() && !variable.overruled;
    let alternative = matches!(variable.operator, O::Alternative | O::AlternativeIfNotEmpty);
    let part = |place, from| Part { range: 0..0, place, from, mere_default: default };
    Some(match (&variable.argument, &variable.value) {
        (Some(argument), _) if default || alternative => {
            if argument.value.contains('$') {
                return None;
            }
            part(argument.span, None)
        }
        (_, Some(value)) => part(value.span, Some(variable.name.as_str().into())),
        _ => part(variable.span, None),
    })
}
