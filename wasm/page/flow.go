//go:build js && wasm

package main

import (
	"strconv"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// The pane of a flow: who talks, what it is taken for and why.

func newFlowPane() {
	at, pane := el("flow"), el("flow-pane")
	subscribe(onFlow|onTab|onFile|onReady|onPick|onStory, func(topic) {
		if s.Tab == view.TabFlows && s.File.Name != "" && !s.Home {
			flowCard().into(at)
			name := ""
			if s.Info != nil {
				name = "flow:" + num(s.Info.Flow)
				setValue("treat", view.AsWord(s.Info.As))
			}
			pane.attr("data-for", name)
		}
	})
}

var treatWords = [...]string{"automatic: by the evidence", "Skype between clients (UDP)", "Skype to a telephone (E2O)", "not Skype", "RTP: voice in the clear"}

func flowCard() *builder {
	b := &builder{}
	f := s.Info
	if f == nil || s.Flow == 0 {
		if s.Flow == 0 {
			b.el("p", "card-empty flow-head", "Choose a flow above to see what it is taken for, and why.")
		}
		return b
	}
	b.open("div", "flow-head")
	b.el("h2", "", "Flow "+view.Count(uint64(f.Flow))+": "+f.Transport+" "+f.A+" ↔ "+f.B)
	b.el("p", "flow-verdict", f.Verdict)
	if f.Sentence != "" && f.Sentence != f.Verdict {
		b.el("p", "card-doc", f.Sentence)
	}
	b.open("div", "flow-treat").open("label", "").attr("for", "treat").text("Treat this flow as").close()
	b.open("select", "").attr("id", "treat")
	for i, w := range treatWords {
		b.open("option", "").attr("value", view.AsWord(proto.As(i))).text(w).close()
	}
	b.close()
	b.button("button", "packet:"+num(f.First), "First packet ("+num(f.First)+")")
	b.close().close()

	b.open("div", "")
	b.el("h3", "", "Evidence")
	if len(f.Evidence) == 0 {
		b.el("p", "card-empty", "No rule spoke for or against it.")
	}
	b.open("ul", "evidence")
	for i := range f.Evidence {
		evidence(b, &f.Evidence[i])
	}
	b.close().close()

	b.open("div", "")
	b.el("h3", "", "Counts").open("dl", "pairs")
	for way, names := range [2][2]string{{f.A, f.B}, {f.B, f.A}} {
		b.el("dt", "", names[0]+" → "+names[1])
		b.el("dd", "", view.Plural(int(f.Packets[way]), "packet")+", "+view.Amount(f.Bytes[way]))
	}
	b.el("dt", "", "Score").el("dd", "", strconv.Itoa(int(f.Score)))
	b.close()
	if len(f.Lines) > 0 {
		b.el("h3", "", "Features").open("dl", "pairs")
		for _, l := range f.Lines {
			b.el("dt", "", l.Label).el("dd", "", l.Text)
		}
		b.close()
	}
	b.open("p", "card-links")
	for _, n := range f.Streams {
		b.button("link", "stream:"+num(n), "Voice: stream "+num(n))
	}
	mentions(b, 0, f.Flow)
	b.close().close()
	return b
}

func evidence(b *builder, e *proto.Evidence) {
	sign, class := "− against", "sign against"
	if e.For {
		sign, class = "+ for", "sign for"
	}
	weight := int(e.Weight)
	if weight < 0 {
		weight = -weight
	}
	b.open("li", "").el("span", class, sign+" ("+strconv.Itoa(weight)+")")
	b.open("span", "").el("b", "", e.Label)
	if e.Detail != "" {
		b.text(": " + e.Detail)
	}
	b.close()
	if e.Doc != "" {
		b.el("span", "doc", e.Doc)
	}
	packetLinks(b, e.Packets, len(e.Packets))
	shortCites(b, e.Cites)
	b.close()
}
