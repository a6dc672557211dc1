package diff

import (
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	for _, one := range [][3]string{
		{"a", "b", "@@ -1,1 +1,1 @@\n-a\n+b"},
		{"a\nb", "a\nb\nc", "@@ -1,2 +1,3 @@\n a\n b\n+c"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\nx\n6\n7\n8\n9",
			"@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8"},
		{"a\nb\nc\nd", "a\nc\nx\nd", "@@ -1,4 +1,4 @@\n a\n-b\n c\n+x\n d"},
		{"", "a", "@@ -1,1 +1,1 @@\n-\n+a"},
	} {
		found := Unified(one[0], one[1])
		if found != "--- expected\n+++ actual\n"+one[2] {
			t.Errorf("%q %q:\n%s", one[0], one[1], found)
		}
	}
	long := strings.Repeat("a\n", 3000)
	if found := Unified(long, strings.Repeat("b\n", 3000)); strings.Count(found, "\n-a") != 3000 {
		t.Error("a long text")
	}
}
