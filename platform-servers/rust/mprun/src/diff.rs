//! The lines in which two texts differ, as `diff -u` writes them.

const CONTEXT: usize = 3;
const MAX_CELLS: usize = 4_000_000;

pub fn unified(expected: &str, actual: &str) -> String {
    let a: Vec<&str> = expected.split('\n').collect();
    let b: Vec<&str> = actual.split('\n').collect();
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let shorter = a.len().min(b.len());
    let tail = (a.iter().rev().zip(b.iter().rev()))
        .take(shorter - start)
        .take_while(|(a, b)| a == b)
        .count();
    let from = start.saturating_sub(CONTEXT);
    let keep = tail.min(CONTEXT);
    let span = |all: &[&str]| format!("{},{}", from + 1, all.len() - tail + keep - from);
    let mut lines = vec![
        "--- expected".to_owned(),
        "+++ actual".to_owned(),
        format!("@@ -{} +{} @@", span(&a), span(&b)),
    ];
    lines.extend(a[from..start].iter().map(|line| format!(" {line}")));
    lines.extend(changes(
        &a[start..a.len() - tail],
        &b[start..b.len() - tail],
    ));
    let end = a.len() - tail;
    lines.extend(a[end..end + keep].iter().map(|line| format!(" {line}")));
    lines.join("\n")
}

/// What lies between the equal beginning and the equal end.
fn changes(a: &[&str], b: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    if a.len() * b.len() > MAX_CELLS {
        lines.extend(a.iter().map(|line| format!("-{line}")));
        lines.extend(b.iter().map(|line| format!("+{line}")));
        return lines;
    }
    let common = longest_common(a, b);
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            lines.push(format!(" {}", a[i]));
            i += 1;
            j += 1;
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(format!("-{}", a[i]));
            i += 1;
        } else {
            lines.push(format!("+{}", b[j]));
            j += 1;
        }
    }
    lines
}

/// `[i][j]`: how many lines a from i on and b from j on have in common.
fn longest_common(a: &[&str], b: &[&str]) -> Vec<Vec<u32>> {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i][j] = if a[i] == b[j] {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn shows_what_differs_with_three_lines_around() {
        let expected = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10";
        let actual = "1\n2\n3\n4\n5\n5a\n6\n7\n8\n9\n10";
        assert_eq!(
            unified(expected, actual),
            "--- expected\n+++ actual\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-five\n\
             +5\n+5a\n 6\n 7\n 8"
        );
    }

    #[test]
    fn takes_empty_texts() {
        assert!(unified("", "a").ends_with("-\n+a"));
    }
}
