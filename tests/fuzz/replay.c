/* The target on each file that is named; the end tells how many. */
#include <string.h>

#include "runner/base/fs.h"
#include "tests/fuzz/fuzz.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct mp_buf bytes = {0};
        if (!mp_fs_read(argv[i], (size_t)1 << 30, &bytes)) {
            fprintf(stderr, "%s: cannot be read\n", argv[i]);
            return 1;
        }
        fprintf(stderr, "%s\n", argv[i]);
        /* A copy of exactly that size: nothing behind it may be looked at. */
        uint8_t *copy = gh_alloc(bytes.len);
        memcpy(copy, mp_buf_text(&bytes), bytes.len);
        LLVMFuzzerTestOneInput(copy, bytes.len);
        gh_free(copy);
        mp_buf_finish(&bytes);
    }
    printf("%d inputs\n", argc - 1);
    return 0;
}
