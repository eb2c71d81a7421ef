//go:build js && wasm

package main

import (
	"strconv"

	"somscope/wasm/view"
)

var dialogs struct{ help, number, samples, note, class, classTitle, classBody node }

func newDialogs() {
	d := &dialogs
	d.help, d.number, d.samples, d.note = el("help-dialog"), el("goto-dialog"), el("samples-dialog"), el("goto-note")
	d.class, d.classTitle, d.classBody = el("class-dialog"), el("class-title"), el("class-body")
	list, legend, versions := el("samples-list"), el("legend"), el("versions")
	subscribe(onReady, func(topic) {
		var b builder
		b.open("ul", "shelf-list")
		for _, x := range shelf() {
			b.open("li", "").open("a", "shelf-card").attr("href", "#sample="+x.name).el("b", "", x.title).el("span", "", x.says).close().close()
		}
		b.close()
		b.into(list)

		b = builder{}
		for i, w := range view.HueWords {
			b.open("li", "").el("span", "swatch f"+strconv.Itoa(i*view.Lines)+" hue", "").el("span", "", w).close()
		}
		for i, w := range view.LineWords {
			b.open("li", "").el("span", "swatch line"+strconv.Itoa(i), "").el("span", "", w).close()
		}
		b.open("li", "").el("span", "swatch fl", "").el("span", "", "a layer below").close()
		b.open("li", "").el("span", "swatch fu", "").el("span", "", "unknown").close()
		b.into(legend)
		if s.Version != "" {
			versions.text("Somscope " + s.Version + ".")
		}
		if paintCanLight() == 0 {
			versions.text("This browser has no CSS highlights, so fields are not coloured in the bytes: the frame round a byte and the tree show what is selected.")
		}
	})
}

func askNumber() {
	if s.File.Name == "" || s.Home {
		return
	}
	dialogs.note.text("This file has " + view.Plural(int(s.Progress.Packets), "packet") + ".")
	setValue("goto-number", "")
	dialogs.number.modal(true)
	el("goto-number").focus()
}

func goToNumber() {
	t := ""
	for _, c := range value("goto-number") { // as people write numbers: 1,024 or #17
		if c >= '0' && c <= '9' {
			t += string(c)
		}
	}
	n, ok := view.ParseNumber(t)
	switch {
	case !ok || n == 0:
		dialogs.note.text("Please type a packet number, from 1 on.")
	case n > s.Progress.Packets:
		dialogs.note.text("There are only " + view.Count(uint64(s.Progress.Packets)) + " packets" + soFar() + ".")
	default:
		dialogs.number.modal(false)
		act("packet:" + t)
		focusFront()
	}
}

func soFar() string {
	if s.Progress.Done {
		return ""
	}
	return " so far"
}

func closeDialogs() {
	dialogs.help.modal(false)
	dialogs.number.modal(false)
	dialogs.samples.modal(false)
	dialogs.class.modal(false)
}
