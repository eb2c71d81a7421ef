//go:build js && wasm

package main

import (
	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// The player. site/js/sound.js draws and sounds it; this side asks for the
// sound, and ties its place to the list of packets.

var player struct {
	strip  node
	stream uint32 // that is played, from 1; 0: the strip is closed
	seen   uint32 // packet that both sides know to be selected
}

func newPlayer() {
	player.strip = el("player")
	subscribe(onPick, func(topic) {
		if player.stream != 0 && s.Packet != player.seen {
			if player.seen = s.Packet; s.Packet != 0 {
				playerDo("go", int(s.Packet))
			}
		}
	})
}

// listenTo opens the strip and has a stream decoded.
func listenTo(n uint32) {
	if n == 0 || s.File.Name == "" {
		return
	}
	player.stream, player.seen = n, s.Packet
	fetchPlayer(func(ok bool) {
		if !ok {
			player.stream = 0
			notify("The player could not be loaded. Listen again to try once more.", false)
		}
		if player.stream != n {
			return
		}
		playerDo("open", baseName(s.File.Name)+"-stream-"+num(n))
		ask(askSound, &proto.Request{Listen: &proto.ListenAsk{Stream: n}}, func(r *proto.Reply) {
			if r.Err != nil {
				closePlayer()
				notifyWith(Notice{Text: sentence(r.Err), Tools: []Tool{{"stream:" + num(n), "Stream " + num(n)}}})
			}
		})
	})
}

// baseName is a file's name without its ending.
func baseName(t string) string {
	for i := len(t) - 1; i > 0; i-- {
		if t[i] == '.' {
			return t[:i]
		}
	}
	return t
}

// sounds hands on a piece of sound.
func sounds(x *proto.Sound) {
	if x.Stream == player.stream && x.Stream != 0 {
		playerPiece(x)
	}
}

// closePlayer ends the sound, and its decoding.
func closePlayer() {
	if player.stream == 0 {
		return
	}
	player.stream = 0
	playerDo("close", 0)
	hush()
}

func hush() { post(&proto.Request{ID: next(), Listen: &proto.ListenAsk{}}) }

// What the player tells.
const (
	playsOn    = 0 // it has come to a packet
	playsThere = 1 // somebody has gone to a packet
	playsNever = 2 // it is to be closed
	playsFull  = 3 // it keeps no more
	playsShow  = 4 // somebody wants to see the packet
)

//
//lint:ignore U1000 sound.js calls it
//go:wasmexport played
func played(packet, how int32) {
	handle(func() {
		switch {
		case how == playsNever:
			closePlayer()
			focusFront()
		case how == playsFull:
			hush()
		case how == playsShow:
			player.seen = uint32(packet)
			s.Home, s.Tab = false, view.TabPackets
			changed(onFile | onTab)
			act("packet:" + num(player.seen))
		case s.Tab == view.TabPackets && !s.Home && packet > 0 && uint32(packet) <= s.Progress.Packets:
			player.seen = uint32(packet)
			if player.seen != s.Packet {
				s.Packet = player.seen
				changed(onPick)
				askForTree(false)
				lists[view.TabPackets].show(int(packet) - 1)
			}
			if how == playsThere {
				later(false)
			}
		}
	})
}
