package field

import "testing"

// Words behind a number are shown and leave the number as it is.
func TestNumberWithWords(t *testing.T) {
	n := Node{Spec: &Spec{Show: Dec}, Value: Uint(4).With("sample 9")}
	if v, ok := n.Value.Num(); n.Text() != "4 (sample 9)" || v != 4 || !ok || n.Value.Any() != uint64(4) || n.Value == Uint(4).With("sample 8") {
		t.Errorf("%q, %d, %v", n.Text(), v, n.Value.Any())
	}
	if Text("x").With("y") != Text("x") {
		t.Error("a text is no number")
	}
}
