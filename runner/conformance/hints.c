#include "runner/conformance/hints.h"

#include <string.h>

#include "runner/conformance/check.h"

const char *const mp_hints_languages[] = {"bash",   "c",    "csharp", "go",
                                          "java",   "lua",  "node",   "perl",
                                          "python", "ruby", "rust",   NULL};

/* Words that a command or a server may say for a language. */
static const struct {
    const char *word, *language;
} word_table[] = {
    {"sh", "bash"},
    {"bash", "bash"},
    {"dash", "bash"},
    {"gawk", "bash"},
    {"C", "c"},
    {"c++", "c"},
    {"dotnet", "csharp"},
    {"mono", "csharp"},
    {"c#", "csharp"},
    {"java", "java"},
    {"kotlin", "java"},
    {"lua", "lua"},
    {"luajit", "lua"},
    {"node", "node"},
    {"nodejs", "node"},
    {"javascript", "node"},
    {"typescript", "node"},
    {"deno", "node"},
    {"bun", "node"},
    {"tsx", "node"},
    {"perl", "perl"},
    {"python", "python"},
    {"pypy", "python"},
    {"ruby", "ruby"},
    {"go", "go"},
    {"cargo", "rust"},
    {"csharp", "csharp"},
    {"rust", "rust"},
    {"c", "c"},
    {NULL, NULL},
};

/* clang-format off */
static const struct {
    int number;
    const char *language, *hint;
} hint_table[] = {
    {1, "python", "json.dumps without indent, and one \\n"},
    {1, "node", "JSON.stringify(message) without its third argument"},
    {1, "csharp", "JsonSerializerOptions.WriteIndented = false"},
    {1, "java", "no pretty printing in the ObjectMapper or Gson"},
    {1, "go", "json.Marshal, not MarshalIndent"},
    {1, "bash", "jq -c prints on one line"},
    {2, "python", "print(..., file=sys.stderr); logging does so by default"},
    {2, "node", "console.error instead of console.log"},
    {2, "java", "System.setOut(System.err) first; a JVM's warnings go away "
                "with -Xlog:disable -Xlog:all=warning:stderr"},
    {2, "csharp", "Console.SetOut(Console.Error) first"},
    {2, "c", "fprintf(stderr, ...); printf writes to the channel"},
    {3, "csharp", "new UTF8Encoding(false) for the writer"},
    {3, "python", "the encoding 'utf-8', not 'utf-8-sig'"},
    {4, "python", "open stdout with newline='\\n', or write to "
                  "sys.stdout.buffer"},
    {4, "csharp", "writer.NewLine = \"\\n\""},
    {4, "java", "write \"\\n\", not println"},
    {4, "c", "on Windows _setmode(_fileno(stdout), _O_BINARY)"},
    {6, "python", "make helper threads daemons: they hold the process"},
    {6, "node", "clear timers and close handles when stdin ends, or call "
                "process.exit(0)"},
    {6, "java", "make helper threads daemons, or call System.exit(0)"},
    {6, "go", "return from main when the reader has io.EOF"},
    {6, "csharp", "ReadLine gives null at the end; threads must be background"},
    {7, "python", "catch BrokenPipeError and end"},
    {7, "node", "process.stdout.on('error', () => process.exit())"},
    {7, "c", "end when write gives EPIPE, do not try again"},
    {8, "python", "print(text, flush=True), or out.flush()"},
    {8, "c", "fflush(out) after each message, or setvbuf(out, NULL, _IOLBF, 0)"},
    {8, "ruby", "$stdout.sync = true"},
    {8, "perl", "$| = 1"},
    {8, "go", "Flush a bufio.Writer after each message"},
    {8, "rust", "stdout.flush() after each message"},
    {8, "java", "out.flush(), or a PrintStream with autoflush"},
    {8, "csharp", "writer.AutoFlush = true"},
    {8, "lua", "io.stdout:flush()"},
    {8, "bash", "jq --unbuffered; stdbuf -oL before other filters"},
    {9, "python", "json.dumps(..., allow_nan=False), and replace lone "
                  "surrogates: text.encode('utf-8', 'replace')"},
    {9, "node", "text.toWellFormed() (Node 20) replaces lone surrogates"},
    {9, "go", "strings.ToValidUTF8; json.Marshal refuses NaN: handle its error"},
    {9, "bash", "have jq build the JSON, not printf"},
    {10, "bash", "build objects with jq, not by joining texts"},
    {11, "python", "for line in sys.stdin, or readline(); not splitlines()"},
    {11, "node", "split at '\\n' yourself: readline takes U+2028 for a line "
                 "end in some versions"},
    {12, "bash", "have jq -r read the text, not sed"},
    {13, "csharp", "MaxDepth of the reader is 64 by default; do not lower it"},
    {14, "go", "bufio.Reader.ReadBytes('\\n'), or Scanner.Buffer with a large "
               "limit: a Scanner ends at 64 KiB"},
    {14, "python", "asyncio.StreamReader(limit=...): its readline ends at "
                   "64 KiB"},
    {14, "c", "getline, not fgets into an array"},
    {15, "c", "write may take a part only: call it again with the rest"},
    {15, "node", "do not call process.exit while stdout has bytes to write"},
    {16, "c", "read may give half a line, or two"},
    {16, "node", "keep the rest after the last '\\n' for the next chunk"},
    {17, "python", "out = os.fdopen(os.dup(1), 'w'); os.dup2(2, 1); "
                   "sys.stdout = sys.stderr"},
    {17, "c", "out = fdopen(dup(1), \"w\"); dup2(2, 1)"},
    {17, "node", "process.stdout.write = process.stderr.write.bind("
                 "process.stderr) after keeping the old one; children with "
                 "stdio ['pipe', 2, 2]"},
    {17, "java", "keep FileOutputStream(FileDescriptor.out), then "
                 "System.setOut(System.err); children with "
                 "Redirect.to(...) or their output read"},
    {17, "csharp", "keep Console.OpenStandardOutput(), then "
                   "Console.SetOut(Console.Error)"},
    {17, "bash", "exec 3>&1 1>&2, and answer on descriptor 3"},
    {17, "ruby", "out = $stdout.dup; $stdout.reopen($stderr)"},
    {17, "perl", "open my $out, '>&', STDOUT; open STDOUT, '>&', STDERR"},
    {17, "go", "syscall.Dup(1) for the channel, syscall.Dup2(2, 1), "
               "os.Stdout = os.Stderr"},
    {17, "rust", "libc::dup(1) for the channel, then libc::dup2(2, 1)"},
    {19, "bash", "line=${line%$'\\r'}"},
    {21, "bash", "copy .id with jq, do not read it into a number"},
    {21, "go", "type the id json.RawMessage"},
    {21, "java", "keep the id as a JsonNode"},
    {21, "rust", "type the id serde_json::Value"},
    {26, "python", "catch json.JSONDecodeError around each line"},
    {26, "node", "try { JSON.parse(line) } catch around each line"},
    {33, "python", "except Exception around the step's function"},
    {33, "java", "catch Throwable: assertion errors are no Exceptions"},
    {33, "go", "recover() in the function that calls the step"},
    {33, "rust", "std::panic::catch_unwind around the step"},
    {38, "bash", "jq -c .params.argument keeps it as it is"},
    {52, "python", "do not ignore SIGTERM; a handler must end the process"},
    {52, "node", "a handler of SIGTERM has to call process.exit"},
    {52, "bash", "a trap of TERM has to exit; a child in the foreground "
                 "delays it"},
    {58, "node", "count code points: [...text.slice(0, index)].length"},
    {58, "java", "text.codePointCount(0, index)"},
    {58, "csharp", "count runes: text.EnumerateRunes()"},
    {58, "go", "utf8.RuneCountInString(text[:index])"},
    {58, "c", "count the bytes that do not begin with 10 in binary"},
    {58, "rust", "text[..index].chars().count()"},
    {0, NULL, NULL},
};
/* clang-format on */

const char *mp_hints_find(int number, const char *language)
{
    for (int i = 0; language && hint_table[i].number; i++) {
        if (hint_table[i].number == number &&
            !strcmp(hint_table[i].language, language))
            return hint_table[i].hint;
    }
    return NULL;
}

const char *mp_check_hint(const struct mp_check *check,
                          const struct mp_conformance_result *result)
{
    const struct mp_verdict *verdict = &result->verdicts[check->number];
    const char *own = mp_hints_find(check->number, result->language);
    return verdict->hint ? verdict->hint : own ? own : check->hint;
}

/* The language a word means; it may have a version behind it (python3.11). */
static const char *language_of(const char *word)
{
    const char *slash = strrchr(word, '/');
    const char *name = slash ? slash + 1 : word;
    for (int i = 0; word_table[i].word; i++) {
        size_t length = strlen(word_table[i].word);
        if (!strncasecmp(name, word_table[i].word, length) &&
            strspn(name + length, "0123456789.-") == strlen(name + length))
            return word_table[i].language;
    }
    return NULL;
}

/* env, nice and the like stand before the interpreter. */
const char *mp_hints_language(const struct mp_conformance_options *options,
                              const char *said)
{
    const char *found = NULL;
    if (options->language)
        return language_of(options->language);
    found = said ? language_of(said) : NULL;
    for (size_t i = 0; options->argv[i] && i < 3 && !found; i++)
        found = language_of(options->argv[i]);
    return found;
}
