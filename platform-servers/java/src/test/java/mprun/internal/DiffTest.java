package mprun.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DiffTest {
    @Test
    void showsOnlyWhatIsNearTheDifference() {
        assertEquals(String.join("\n", "--- expected", "+++ actual",
                "@@ -3,7 +3,8 @@", " c", " d", " e", "-f", "+F", "+G", " g",
                " h", " i"),
                Diff.unified("a\nb\nc\nd\ne\nf\ng\nh\ni\nj",
                        "a\nb\nc\nd\ne\nF\nG\ng\nh\ni\nj"));
    }

    @Test
    void keepsCommonLinesBetweenChanges() {
        assertEquals("--- expected\n+++ actual\n@@ -1,3 +1,2 @@\n-a\n b\n-c\n"
                + "+d", Diff.unified("a\nb\nc", "b\nd"));
    }
}
