package codec

// Probabilities of the symbols of SILK within Opus, in 1/256: the numbers of the tables of
// RFC 6716 §4.2 that are named. A slice of slices is chosen from by what has been read before.

var (
	// Table 4: which frames have copies, of two and of three.
	silkLBRR = [][]byte{
		{0, 53, 53, 150},
		{0, 41, 20, 29, 41, 15, 28, 82},
	}
	// Table 6: stereo weights, three stages.
	silkStereo = [][]byte{
		{7, 2, 1, 1, 1, 10, 24, 8, 1, 1, 3, 23, 92, 23, 3, 1, 1, 8, 24, 10, 1, 1, 1, 2, 7},
		{85, 86, 85},
		{51, 51, 52, 51, 51},
	}
	// Table 8: no side channel.
	silkMidOnly = []byte{192, 64}
	// Table 9: frame type, quiet and active.
	silkType = [][]byte{
		{26, 230},
		{24, 74, 148, 10},
	}
	// Table 11: high part of the first gain, by signal type.
	silkGain = [][]byte{
		{32, 112, 68, 29, 12, 1, 1, 1},
		{2, 17, 45, 60, 62, 47, 19, 4},
		{1, 3, 26, 71, 94, 50, 9, 2},
	}
	// Table 13: step of a gain.
	silkGainStep = []byte{
		6, 5, 11, 31, 132, 21, 8, 4, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	}
	// Table 14: stage 1, narrow or medium unvoiced, voiced, wide unvoiced, voiced.
	silkLSF1 = [][]byte{
		{
			44, 34, 30, 19, 21, 12, 11, 3, 3, 2, 16, 2, 2, 1, 5, 2, 1, 3, 3, 1, 1, 2, 2, 2, 3, 1, 9, 9, 2, 7,
			2, 1,
		},
		{
			1, 10, 1, 8, 3, 8, 8, 14, 13, 14, 1, 14, 12, 13, 11, 11, 12, 11, 10, 10, 11, 8, 9, 8, 7, 8, 1, 1,
			6, 1, 6, 5,
		},
		{
			31, 21, 3, 17, 1, 8, 17, 4, 1, 18, 16, 4, 2, 3, 1, 10, 1, 3, 16, 11, 16, 2, 2, 3, 2, 11, 1, 4, 9,
			8, 7, 3,
		},
		{
			1, 4, 16, 5, 18, 11, 5, 14, 15, 1, 3, 12, 13, 14, 14, 6, 14, 12, 2, 6, 1, 12, 12, 11, 10, 3, 10,
			5, 1, 1, 1, 3,
		},
	}
	// Tables 15 and 16: stage 2, a to h and i to p.
	silkLSF2 = [][]byte{
		{1, 1, 1, 15, 224, 11, 1, 1, 1},
		{1, 1, 2, 34, 183, 32, 1, 1, 1},
		{1, 1, 4, 42, 149, 55, 2, 1, 1},
		{1, 1, 8, 52, 123, 61, 8, 1, 1},
		{1, 3, 16, 53, 101, 74, 6, 1, 1},
		{1, 3, 17, 55, 90, 73, 15, 1, 1},
		{1, 7, 24, 53, 74, 67, 26, 3, 1},
		{1, 1, 18, 63, 78, 58, 30, 6, 1},
		{1, 1, 1, 9, 232, 9, 1, 1, 1},
		{1, 1, 2, 28, 186, 35, 1, 1, 1},
		{1, 1, 3, 42, 152, 53, 2, 1, 1},
		{1, 1, 10, 49, 126, 65, 2, 1, 1},
		{1, 4, 19, 48, 100, 77, 5, 1, 1},
		{1, 1, 14, 54, 100, 72, 12, 1, 1},
		{1, 1, 15, 61, 87, 61, 25, 4, 1},
		{1, 7, 21, 50, 77, 81, 17, 1, 1},
	}
	// Table 19: stage 2, beyond four.
	silkLSFMore = []byte{156, 60, 24, 9, 4, 2, 1}
	// Table 26: interpolation.
	silkBetween = []byte{13, 22, 29, 11, 181}
	// Table 29: high part of the pitch lag.
	silkLagHigh = []byte{
		3, 3, 6, 11, 21, 30, 32, 19, 11, 10, 12, 13, 13, 12, 11, 9, 8, 7, 6, 4, 2, 2, 2, 1, 1, 1, 1, 1, 1,
		1, 1, 1,
	}
	// Table 30: low part of the pitch lag, narrow, medium, wide.
	silkLagLow = [][]byte{
		{64, 64, 64, 64},
		{43, 42, 43, 43, 42, 43},
		{32, 32, 32, 32, 32, 32, 32, 32},
	}
	// Table 31: step of the pitch lag.
	silkLagStep = []byte{46, 2, 2, 3, 4, 6, 10, 15, 26, 38, 30, 22, 15, 10, 7, 6, 4, 4, 2, 2, 2}
	// Table 32: pitch contour, narrow 10 and 20 ms, others 10 and 20 ms.
	silkContour = [][]byte{
		{143, 50, 63},
		{68, 12, 21, 17, 19, 22, 30, 24, 17, 16, 10},
		{91, 46, 39, 19, 14, 12, 8, 7, 6, 5, 5, 4},
		{
			33, 22, 18, 16, 15, 14, 14, 13, 13, 10, 9, 9, 8, 6, 6, 6, 5, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2, 2, 2,
			2, 1, 1, 1, 1,
		},
	}
	// Table 37: periodicity.
	silkPeriodicity = []byte{77, 80, 99}
	// Table 38: pitch filter, by periodicity.
	silkFilter = [][]byte{
		{185, 15, 13, 13, 9, 9, 6, 6},
		{57, 34, 21, 20, 15, 13, 12, 13, 10, 10, 9, 10, 9, 8, 7, 8},
		{
			15, 16, 14, 12, 12, 12, 11, 11, 11, 10, 9, 9, 9, 9, 8, 8, 8, 8, 7, 7, 6, 6, 5, 4, 5, 4, 4, 4, 3,
			4, 3, 2,
		},
	}
	// Table 42: scaling.
	silkScaling = []byte{128, 64, 64}
	// Table 45: rate level, without voice and with it.
	silkLevel = [][]byte{
		{15, 51, 12, 46, 45, 13, 33, 27, 14},
		{33, 30, 36, 17, 34, 49, 18, 21, 18},
	}
	// Table 46: pulses in a block, by rate level.
	silkCount = [][]byte{
		{131, 74, 25, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
		{58, 93, 60, 23, 7, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
		{43, 51, 46, 33, 24, 16, 11, 8, 6, 3, 3, 3, 2, 1, 1, 2, 1, 2},
		{17, 52, 71, 57, 31, 12, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
		{6, 21, 41, 53, 49, 35, 21, 11, 6, 3, 2, 2, 1, 1, 1, 1, 1, 1},
		{7, 14, 22, 28, 29, 28, 25, 20, 17, 13, 11, 9, 7, 5, 4, 4, 3, 10},
		{2, 5, 14, 29, 42, 46, 41, 31, 19, 11, 6, 3, 2, 1, 1, 1, 1, 1},
		{1, 2, 4, 10, 19, 29, 35, 37, 34, 28, 20, 14, 8, 5, 4, 2, 2, 2},
		{1, 2, 2, 5, 9, 14, 20, 24, 27, 28, 26, 23, 20, 15, 11, 8, 6, 15},
		{1, 1, 1, 6, 27, 58, 56, 39, 25, 14, 10, 6, 3, 3, 2, 1, 1, 2},
		{2, 1, 6, 27, 58, 56, 39, 25, 14, 10, 6, 3, 3, 2, 1, 1, 2, 0},
	}
	// Tables 47 to 50: pulses in the left half of 16, 8, 4 and 2 samples: one row after the other for
	// 1 to 16 in both halves.
	silkSplit = [][]byte{
		{
			126, 130, 56, 142, 58, 25, 101, 104, 26, 12, 60, 108, 64, 12, 7, 35, 84, 87, 37, 6, 4, 20, 59, 86,
			63, 21, 3, 3, 12, 38, 72, 75, 42, 12, 2, 2, 8, 25, 54, 73, 59, 27, 7, 1, 2, 5, 17, 39, 63, 65, 42,
			18, 4, 1, 1, 4, 12, 28, 49, 63, 54, 30, 11, 3, 1, 1, 4, 8, 20, 37, 55, 57, 41, 22, 8, 2, 1, 1, 3,
			7, 15, 28, 44, 53, 48, 33, 16, 6, 1, 1, 1, 2, 6, 12, 21, 35, 47, 48, 40, 25, 12, 5, 1, 1, 1, 1, 4,
			10, 17, 27, 37, 47, 43, 33, 21, 9, 4, 1, 1, 1, 1, 1, 8, 14, 22, 33, 40, 43, 38, 28, 16, 8, 1, 1,
			1, 1, 1, 1, 1, 13, 18, 27, 36, 41, 41, 34, 24, 14, 1, 1, 1, 1,
		},
		{
			127, 129, 53, 149, 54, 22, 105, 106, 23, 11, 61, 111, 63, 10, 6, 35, 86, 88, 36, 5, 4, 20, 59, 87,
			62, 21, 3, 3, 13, 40, 71, 73, 41, 13, 2, 3, 9, 27, 53, 70, 56, 28, 9, 1, 3, 8, 19, 37, 57, 61, 44,
			20, 6, 1, 3, 7, 15, 28, 44, 54, 49, 33, 17, 5, 1, 1, 7, 13, 22, 34, 46, 48, 38, 28, 14, 4, 1, 1,
			1, 11, 22, 27, 35, 42, 47, 33, 25, 10, 1, 1, 1, 1, 6, 14, 26, 37, 43, 43, 37, 26, 14, 6, 1, 1, 1,
			1, 4, 10, 20, 31, 40, 42, 40, 31, 20, 10, 4, 1, 1, 1, 1, 3, 8, 16, 26, 35, 38, 38, 35, 26, 16, 8,
			3, 1, 1, 1, 1, 2, 6, 12, 21, 30, 36, 38, 36, 30, 21, 12, 6, 2, 1, 1,
		},
		{
			127, 129, 49, 157, 50, 20, 107, 109, 20, 11, 60, 113, 62, 10, 7, 36, 84, 87, 36, 6, 6, 24, 57, 82,
			60, 23, 4, 5, 18, 39, 64, 68, 42, 16, 4, 6, 14, 29, 47, 61, 52, 30, 14, 3, 1, 15, 23, 35, 51, 50,
			40, 30, 10, 1, 1, 1, 21, 32, 42, 52, 46, 41, 18, 1, 1, 1, 6, 16, 27, 36, 42, 42, 36, 27, 16, 6, 1,
			1, 5, 12, 21, 31, 38, 40, 38, 31, 21, 12, 5, 1, 1, 3, 9, 17, 26, 34, 38, 38, 34, 26, 17, 9, 3, 1,
			1, 3, 7, 14, 22, 29, 34, 36, 34, 29, 22, 14, 7, 3, 1, 1, 2, 5, 11, 18, 25, 31, 35, 35, 31, 25, 18,
			11, 5, 2, 1, 1, 1, 4, 9, 15, 21, 28, 32, 34, 32, 28, 21, 15, 9, 4, 1, 1,
		},
		{
			128, 128, 42, 172, 42, 21, 107, 107, 21, 12, 60, 112, 61, 11, 8, 34, 86, 86, 35, 7, 8, 23, 55, 90,
			55, 20, 5, 5, 15, 38, 72, 72, 36, 15, 3, 6, 12, 27, 52, 77, 47, 20, 10, 5, 6, 19, 28, 35, 40, 40,
			35, 28, 19, 6, 4, 14, 22, 31, 37, 40, 37, 31, 22, 14, 4, 3, 10, 18, 26, 33, 38, 38, 33, 26, 18,
			10, 3, 2, 8, 13, 21, 29, 36, 38, 36, 29, 21, 13, 8, 2, 1, 5, 10, 17, 25, 32, 38, 38, 32, 25, 17,
			10, 5, 1, 1, 4, 7, 13, 21, 29, 35, 36, 35, 29, 21, 13, 7, 4, 1, 1, 2, 5, 10, 17, 25, 32, 36, 36,
			32, 25, 17, 10, 5, 2, 1, 1, 2, 4, 7, 13, 21, 28, 34, 36, 34, 28, 21, 13, 7, 4, 2, 1,
		},
	}
	// Table 51: a further bit of a pulse.
	silkLSB = []byte{136, 120}
	// Table 52: that a pulse is negative, by frame type and pulses in its block, 0 to 5 and more.
	silkMinus = [][]byte{
		{2, 207, 189, 179, 174, 163, 157},
		{58, 245, 238, 232, 225, 220, 211},
		{1, 210, 190, 178, 169, 162, 152},
		{48, 242, 235, 224, 214, 205, 190},
		{1, 162, 152, 147, 144, 141, 138},
		{8, 203, 187, 176, 168, 161, 154},
	}
)

// silkBookNarrow and silkBookWide are Tables 17 and 18: which table codes each coefficient of
// stage 2, a row of 10 or 16 letters for each vector of stage 1.
const (
	silkBookNarrow = "" +
		"aaaaaaaaaabdbccbcbbbcbbbbbbbbbbccccbcbbbcddddcccccafddccccbbaccccccccbcdgeeefeff" +
		"ceffefegeeceehefeffeedddcdccccbffgefefffchegffffffchfffffgfeddfeefefeecddffeeeee" +
		"ceegefefffcfegfffefechefefefffcfeghgfgfedghegffgefchgeeefeffeffeggfgfecffgfgegee" +
		"efffdheffecdeffgeffecdcddecdddbbcccccdcceffgggfgefdffeeeeddccfdhffeefeeefefgfgfe"
	silkBookWide = "" +
		"iiiiiiiiiiiiiiiiklllllkkkkkjjjilknnlpmmnknmnnmllikjkkjjjjjiiiiij" +
		"ionmompnmmmnnmmlilnnmllnllllllkmiiiiiiiiiiiiiiiiikolpknlmnnmllkl" +
		"iokoomnmonmmnlllkjiiiiiiiiiiiiiiijiiiiiiiiiiiiijkklmnlllllllkkjl" +
		"kkllmllllllllkjllmmmommnlnmmnmlmiomnmpnkonpmmlnlijijjjjjjjiiiiji" +
		"jonpnmnlmnmmmllmjllmmllnkllnnnlmkllkkklkjkjkjjjmiklnllkkkjjiiiii" +
		"lmlnllkkjjjjjkkmkolppmnmnlnllkllklnoolnlmmllllkmjllmmmmlnnnljjjj" +
		"knloompmmnlmmllliojjiiiiiiiiiiiiioolnknnlmmppmmmllplnmlllkklllkl" +
		"iijiiikjkjjkkkjjilknllklkjiijiijlnnmpnllklkkjijiklnlmlllkjkomiii"
)

// silkWeights is Table 7: stereo weights, Q13.
var silkWeights = []int{
	-13732, -10050, -8266, -7526, -6500, -5000, -2950, -820,
	820, 2950, 5000, 6500, 7526, 8266, 10050, 13732,
}
