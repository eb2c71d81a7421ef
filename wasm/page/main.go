//go:build js && wasm

package main

import (
	"somscope/wasm/proto"
	"somscope/wasm/view"
)

func main() {
	handle(begun)
	select {} // the rest happens in events
}

// begun sets everything up, in the order in which panels paint.
func begun() {
	newFrame()
	newList(view.TabPackets, proto.Packets, "packets", 7)
	newList(view.TabFlows, proto.Flows, "flows", 10)
	newList(view.TabFile, proto.Pieces, "pieces", 6)
	lists[view.Tabs] = lists[view.TabFile]
	newList(view.TabFile, proto.Blocks, "blocks", 5)
	newList(view.TabMedia, proto.Streams, "streams", 11)
	lists[view.TabStory], lists[view.TabRoles], lists[view.TabProfile] = lists[view.TabPackets], lists[view.TabPackets], lists[view.TabPackets]
	newStory()
	newRoles()
	newTree()
	newHex()
	newCard()
	newFlowPane()
	newJudges()
	newMedia()
	newShelf()
	newPlayer()
	newDialogs()
	newEvents()
	subscribe(onRows|onTab, func(topic) { paintSort() })
	subscribe(onTab|onFile, func(topic) { keepFocus() }) // when all is shown and hidden

	showTheme()
	projecting = remembered("projector") == "1"
	setChecked("projector", projecting)
	if c := remembered("clock"); c != "" {
		setClock(c)
	}
	recallSplits()
	listen(message, fell, take)
	paintRoot("ready", "page")
	ready()
	follow()
	watch()
	changed(onSize)
}

// paintSort says by which column the flows are sorted.
func paintSort() { paintSorted(int32(s.Sort), s.Down) }
