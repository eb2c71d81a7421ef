package media

import "somscope/decoder/field"

// Bands are the published figures.
func Bands() []Band {
	any, e2o, tcp, data := -1, int(E2O), int(TCP), int(Data)
	bs04 := func(where string) []field.Cite { return []field.Cite{{Key: "bs04", Where: where}} }
	seed := func(where string) []field.Cite {
		return []field.Cite{{Key: "bs04", Where: where}, {Key: "seed"}}
	}
	bon := func(where string) []field.Cite { return []field.Cite{{Key: "bon", Where: where}} }
	tstat := []field.Cite{{Key: "tstat"}}
	return []Band{
		{"3 to 16 kB/s", "rate", 3000, 16000, any, "What Skype itself said a call takes, which the article repeats.", seed("")},
		{"32 kbit/s", "rate", 4000, 4000, any, "At this rate the article calls the quality of a call reasonable.", seed("")},
		{"5 kB/s", "rate", 5000, 5000, any, "What a call of client 0.97 took in one direction: messages of 67 bytes, some 70 a second.", bs04("§4.5")},
		{"2 kB/s, the floor", "rate", 2000, 2000, any, "With this much each way the voice could still be understood; with 1.5 kB/s it could not.", bs04("§4.5.4")},
		{"3 a second on hold", "pace", 3, 3, any, "A held call of client 0.97 sent three messages a second on average.", bs04("§4.5.2")},
		{"70 a second", "pace", 70, 70, any, "Half of the some 140 messages a second that a call of client 0.97 exchanged.", bs04("§4.5")},
		{"10 to 60 ms", "gap", 10, 60, any, "The lengths of a block of voice, and with them the gaps between messages, that the model allows.", bon("§4.2")},
		{"20 ms to a telephone", "gap", 20, 20, e2o, "Calls to telephones were seen to send one message each 20 ms.", tstat},
		{"29 bytes to a telephone", "size", 29, 29, e2o, "The usual length of a datagram of a call to a telephone.", tstat},
		{"67 bytes", "size", 67, 67, data, "The voice datagrams of client 0.97.", bs04("§4.5")},
		{"69 bytes", "size", 69, 69, tcp, "The voice messages of client 0.97 over TCP.", bs04("§4.5")},
		{"400 to 490 bytes: video", "size", 400, 490, any, "What Tstat takes for video, when more than a tenth of the messages is like this.", tstat},
		{"800 to 980 bytes: video", "size", 800, 980, any, "What Tstat takes for video, when more than a tenth of the messages is like this.", tstat},
		{"50 to 8000 Hz", "band", 50, 8000, any, "The tones that passed through a call of client 0.97: a wide band, which iLBC, G.729 and G.711 with their 4000 Hz do not carry; no pass band can be seen from sizes, so none is drawn.", seed("§4.5.3")},
	}
}
