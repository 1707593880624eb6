//! What `nginx -T` prints: all files of a configuration, one after the other, each under its path.

const HEAD: &str = "# configuration file /";

/// Whether a text is such a print. What nginx says before it may be part of it.
pub fn is_dump(text: &str) -> bool {
    let said = |line: &&str| line.starts_with("nginx: ");
    text.lines().take(10).find(|line| !said(line)).is_some_and(|line| path(line).is_some())
}

/// The files of a print: their paths, without the first slash, and their content. A path that leads upwards is left out.
pub fn files(text: &str) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(path) = path(line.trim_end()) {
            if let Some(last) = found.last_mut() {
                last.2 = at;
            }
            found.push((path, at + line.len(), text.len()));
        }
        at += line.len();
    }
    let inside = |path: &str| path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let files = found.into_iter().filter(|(path, ..)| inside(path));
    files.filter_map(|(path, start, end)| Some((path, text.get(start..end)?))).collect()
}

fn path(line: &str) -> Option<&str> {
    line.strip_prefix(HEAD)?.strip_suffix(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_has_its_files() {
        let text = "nginx: configuration file /etc/nginx/nginx.conf test is successful\n\
                    # configuration file /etc/nginx/nginx.conf:\nevents {}\n\n\
                    # configuration file /etc/../x:\na b;\n\
                    # configuration file /etc/nginx/conf.d/a.conf:\nserver {}\n";
        assert!(is_dump(text) && !is_dump("# configuration file of ours\nevents {}\n"));
        assert_eq!(
            files(text),
            [("etc/nginx/nginx.conf", "events {}\n\n"), ("etc/nginx/conf.d/a.conf", "server {}\n")]
        );
    }
}
