/* The steps of features/first.feature. */
#include <mprun/mprun.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 512, NOTE_BYTES = 256 };

/* In the folder that all processes of a case share, and no other has. */
static const char *note_file(struct mprun_step *step, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/note.txt", mprun_shared_dir(step));
    return path;
}

static void writes_the_note(struct mprun_step *step)
{
    char path[PATH_BYTES];
    FILE *file = fopen(note_file(step, path), "w");
    if (!file) {
        mprun_error(step, "cannot write %s", path);
        return;
    }
    fputs(mprun_arg_string(step, 0), file);
    fclose(file);
    mprun_log(step, MPRUN_INFO, "wrote '%s'", mprun_arg_string(step, 0));
}

static void finds_the_note(struct mprun_step *step)
{
    char path[PATH_BYTES], note[NOTE_BYTES] = "";
    FILE *file = fopen(note_file(step, path), "r");
    if (!file) {
        mprun_error(step, "there is no %s", path);
        return;
    }
    size_t length = fread(note, 1, sizeof(note) - 1, file);
    note[length] = '\0';
    fclose(file);
    remove(path);
    mprun_assert_text(step, mprun_arg_string(step, 0), note);
}

MPRUN_STEPS(m)
{
    mprun_given(m, "writes the note {string}", writes_the_note);
    mprun_then(m, "finds the note {string}", finds_the_note);
}
