package view

// A Pane is a place that takes the keyboard.
type Pane uint8

const (
	NoPane Pane = iota
	PanePackets
	PaneFlows
	PaneBlocks
	PaneTree
	PaneHex
	PaneCard
	PaneFlow
	PaneStory
	PaneRoles
	PaneRole
	PaneStreams
	PaneMedia
	PaneProfile
)

// Step moves a cursor in a list of n rows of which fits are visible, by a key.
// A cursor of -1 is none yet. ok is false for keys that do not move it.
func Step(at, n, fits int, key string) (to int, ok bool) {
	if n == 0 {
		return at, false
	}
	switch key {
	case "ArrowUp":
		to = at - 1
	case "ArrowDown":
		to = at + 1
	case "PageUp":
		to = at - max(1, fits-1)
	case "PageDown":
		to = at + max(1, fits-1)
	case "Home":
		to = 0
	case "End":
		to = n - 1
	default:
		return at, false
	}
	return min(max(to, 0), n-1), true
}

// StepByte moves the byte cursor of a hex view.
func StepByte(at int, h Hex, fits int, key string, ctrl bool) (to int, ok bool) {
	if h.Size == 0 {
		return at, false
	}
	page := max(1, fits-1) * h.Per
	switch key {
	case "ArrowLeft":
		to = at - 1
	case "ArrowRight":
		to = at + 1
	case "ArrowUp":
		if to = at - h.Per; to < 0 {
			to = at
		}
	case "ArrowDown":
		if to = at + h.Per; to >= h.Size {
			to = at
		}
	case "PageUp":
		if to = at - page; to < 0 {
			to = at % h.Per
		}
	case "PageDown":
		to = at + page
	case "Home":
		if to = at - at%h.Per; ctrl {
			to = 0
		}
	case "End":
		if to = at - at%h.Per + h.Per - 1; ctrl {
			to = h.Size - 1
		}
	default:
		return at, false
	}
	return min(max(to, 0), h.Size-1), true
}

// An Action is what a key asks of the whole page.
type Action uint8

const (
	NoAction   Action = iota
	GoTo              // ask for a packet number
	ShowFlow          // of the selected packet
	ShowHelp          //
	NextPane          //
	PrevPane          //
	GoUp              // Escape: back towards the list
	GoDeeper          // Enter: from list to tree to hex to card
	NextMarked        // the next packet of the chosen phase
	PrevMarked        // the one before
	ShowTab           // and the actions after it: a view, in their order
)

// KeyAction is what a key means outside text fields and dialogs. Keys with
// Ctrl, Alt or Meta belong to the browser.
func KeyAction(key string, shift, modified bool) Action {
	if modified {
		return NoAction
	}
	switch key {
	case "g", "/":
		return GoTo
	case "f":
		return ShowFlow
	case "?":
		return ShowHelp
	case "F6":
		if shift {
			return PrevPane
		}
		return NextPane
	case "Escape":
		return GoUp
	case "Enter":
		return GoDeeper
	case "n":
		return NextMarked
	case "p":
		return PrevMarked
	}
	if len(key) == 1 && key[0] >= '1' && key[0] < '1'+byte(Tabs) {
		return ShowTab + Action(key[0]-'1')
	}
	return NoAction
}

// Ring lists the panes in the order F6 goes through them.
func Ring(tab Tab, m Mode, sheet bool) []Pane {
	switch {
	case tab == TabFlows:
		return []Pane{PaneFlows, PaneFlow}
	case tab == TabRoles:
		return []Pane{PaneRoles, PaneRole}
	case tab == TabProfile:
		return []Pane{PaneProfile}
	case tab == TabMedia:
		return []Pane{PaneStreams, PaneMedia}
	case m == Narrow && !sheet:
		return []Pane{Front(tab), PaneHex, PaneCard}
	}
	return []Pane{Front(tab), PaneTree, PaneHex, PaneCard}
}

// Front is the pane a view begins with.
func Front(tab Tab) Pane {
	return [Tabs]Pane{PanePackets, PaneFlows, PaneStory, PaneRoles, PaneStreams, PaneBlocks, PaneProfile}[tab%Tabs]
}

// Next is the pane after (or before) the one in focus, round the ring.
func Next(ring []Pane, now Pane, by int) Pane {
	for i, p := range ring {
		if p == now {
			return ring[((i+by)%len(ring)+len(ring))%len(ring)]
		}
	}
	return ring[0]
}

// Deeper is where Enter leads from a pane, Upper where Escape does. Both give
// NoPane at the end of the way.
func Deeper(ring []Pane, now Pane) Pane { return beside(ring, now, 1) }
func Upper(ring []Pane, now Pane) Pane  { return beside(ring, now, -1) }

func beside(ring []Pane, now Pane, by int) Pane {
	for i, p := range ring {
		if p == now && i+by >= 0 && i+by < len(ring) {
			return ring[i+by]
		}
	}
	return NoPane
}
