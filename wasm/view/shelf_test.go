package view

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// The shelf stands in the page itself, so that it is there before any program
// runs. It must say what the list of samples says.
func TestShelfIsTheListOfSamples(t *testing.T) {
	page, err := os.ReadFile("../../index.html")
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("../../site/content/samples.json")
	if err != nil {
		t.Fatal(err)
	}
	var samples []struct{ Name, Title, Sentence, Look string }
	if err := json.Unmarshal(list, &samples); err != nil {
		t.Fatal(err)
	}
	if len(samples) < 3 {
		t.Fatalf("%d samples", len(samples))
	}
	for _, s := range samples {
		to := "#sample=" + s.Name
		if s.Name == "profile" { // what it is about is not the packets
			to = strings.ReplaceAll(s.Look, "&", "&amp;")
		}
		want := `href="` + to + `"><b>` + s.Title + `</b><span>` + s.Sentence + `</span></a>`
		if !strings.Contains(string(page), want) {
			t.Errorf("the page's shelf lacks\n%s", want)
		}
		if l := ParseLink(s.Look); l.Sample != s.Name || (l.N == 0 || l.At == "") && l.Tab != TabProfile {
			t.Errorf("%s: its link %q leads to %+v", s.Name, s.Look, l)
		}
	}
	if n := strings.Count(string(page), `class="shelf-card"`); n != len(samples) {
		t.Errorf("the page's shelf has %d samples, the list %d", n, len(samples))
	}
}
