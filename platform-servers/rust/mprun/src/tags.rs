//! Tag expressions: `@db and not (@slow or @wip)`.

const MAX_TOKENS: usize = 2000;

/// A tag expression, read once.
#[derive(Debug, Clone)]
pub struct TagExpression {
    /// In reverse Polish notation; empty: holds for everything.
    program: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq)]
enum Word {
    Tag(String),
    Not,
    And,
    Or,
    Open,
    Close,
}

impl Word {
    fn precedence(&self) -> u8 {
        match self {
            Word::Or => 1,
            Word::And => 2,
            Word::Not => 3,
            _ => 0,
        }
    }
}

impl TagExpression {
    /// Reads the expression; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<TagExpression, String> {
        let fault = |what: &str| {
            Err(format!(
                "the tag expression \"{text}\" cannot be read: {what}"
            ))
        };
        let words = match split(text) {
            Ok(words) if words.len() > MAX_TOKENS => return fault("it is too long"),
            Ok(words) => words,
            Err(what) => return fault(&what),
        };
        let mut program = Vec::new();
        let mut operators: Vec<Word> = Vec::new();
        let mut wants_operand = true;
        for word in words {
            match word {
                Word::Tag(_) | Word::Not | Word::Open if !wants_operand => {
                    return fault("an operator is missing")
                }
                Word::And | Word::Or | Word::Close if wants_operand => {
                    return fault("an operand is missing")
                }
                Word::Tag(_) => {
                    program.push(word);
                    wants_operand = false;
                }
                Word::Not | Word::Open => operators.push(word),
                Word::And | Word::Or => {
                    while operators
                        .last()
                        .is_some_and(|last| last.precedence() >= word.precedence())
                    {
                        program.extend(operators.pop());
                    }
                    operators.push(word);
                    wants_operand = true;
                }
                Word::Close => loop {
                    match operators.pop() {
                        Some(Word::Open) => break,
                        Some(operator) => program.push(operator),
                        None => return fault("a ) is too many"),
                    }
                },
            }
        }
        if wants_operand && !(program.is_empty() && operators.is_empty()) {
            return fault("an operand is missing");
        }
        while let Some(operator) = operators.pop() {
            if operator == Word::Open {
                return fault("a ) is missing");
            }
            program.push(operator);
        }
        Ok(TagExpression { program })
    }

    /// Whether it holds for something with these tags.
    pub fn matches<Tag: AsRef<str>>(&self, tags: &[Tag]) -> bool {
        let mut values: Vec<bool> = Vec::new();
        for word in &self.program {
            let value = match word {
                Word::Tag(name) => tags.iter().any(|tag| tag.as_ref() == name),
                Word::Not => !values.pop().unwrap_or_default(),
                _ => {
                    let right = values.pop().unwrap_or_default();
                    let left = values.pop().unwrap_or_default();
                    match word {
                        Word::And => left && right,
                        _ => left || right,
                    }
                }
            };
            values.push(value);
        }
        values.pop().unwrap_or(true)
    }
}

/// The words and parentheses; a backslash takes a parenthesis, a space or a
/// backslash into a word.
fn split(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut current = String::new();
    let mut escaped = false;
    for letter in text.chars() {
        if escaped {
            if !matches!(letter, '(' | ')' | '\\') && !letter.is_whitespace() {
                return Err(format!("a backslash stands before \"{letter}\""));
            }
            current.push(letter);
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if matches!(letter, '(' | ')') {
            end_word(&mut current, &mut words);
            words.push(if letter == '(' {
                Word::Open
            } else {
                Word::Close
            });
        } else if letter.is_whitespace() {
            end_word(&mut current, &mut words);
        } else {
            current.push(letter);
        }
    }
    if escaped {
        return Err("it ends in a backslash".to_owned());
    }
    end_word(&mut current, &mut words);
    Ok(words)
}

fn end_word(current: &mut String, words: &mut Vec<Word>) {
    let word = std::mem::take(current);
    match word.as_str() {
        "" => {}
        "and" => words.push(Word::And),
        "or" => words.push(Word::Or),
        "not" => words.push(Word::Not),
        _ => words.push(Word::Tag(word)),
    }
}

#[cfg(test)]
mod tests;
