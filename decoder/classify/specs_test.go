package classify

import (
	"slices"
	"strings"
	"testing"

	"somscope/decoder/flow"
)

// Another protocol is told with the place where it is specified, and the rule stays as it is.
func TestOtherProtocolIsCited(t *testing.T) {
	var rule *Rule
	for _, r := range Rules {
		if r.Name == "other-protocol" {
			rule = r
		}
	}
	for _, c := range []struct{ name, key string }{{"DNS", "rfc1035"}, {"SSH", "rfc4253"}} {
		f := stream("> 5353482d322e302d4f70656e535348")
		if c.name == "DNS" {
			f = newTalk().say("> 0 0 1234 0100 0001 0000 0000 0000 +20")
		}
		d := Run(f.Table).Verdict(0)
		i := slices.IndexFunc(d.Evidence, func(e Evidence) bool { return e.Rule == rule })
		if i < 0 {
			t.Errorf("%s: %s", c.name, d.Sentence)
			continue
		}
		if e := d.Evidence[i]; len(e.Cites) != len(rule.Cites)+1 || e.Cites[0].Key != c.key {
			t.Errorf("%s: %+v", c.name, e.Cites)
		}
	}
	if len(rule.Cites) != 1 {
		t.Errorf("the rule has grown: %+v", rule.Cites)
	}
	for i := flow.Foreign(1); i < flow.ForeignCount; i++ {
		if name := i.String(); len(citesOf(name, nil)) == 0 && name != "KNXnet/IP" {
			t.Errorf("no specification of %s", name)
		}
	}
	if !slices.IsSortedFunc(specs, func(a, b spec) int { return strings.Compare(a.name, b.name) }) {
		t.Error("the table is not in the order of names")
	}
}
