namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// An index written in three digits: (image, row, column) of a pixel, (channel, row, column) of a tap. The upper digit has no limit.
/// </summary>
internal struct Digits
{
    public int High;

    public int Middle;

    public int Low;
}

/// <summary>How an index falls into <see cref="Digits"/>: the sizes of the two lower ones.</summary>
internal struct Radix
{
    public int Middle;

    public int Low;

    public Radix(int middle, int low)
    {
        Middle = middle;
        Low = low;
    }

    /// <summary>The digits of an index: two divisions, which is why the inner loops <see cref="Advance"/> instead.</summary>
    public readonly Digits Of(int index)
    {
        Digits digits = default;
        int rest = index / Low;
        digits.Low = index - (rest * Low);
        digits.High = rest / Middle;
        digits.Middle = rest - (digits.High * Middle);
        return digits;
    }

    /// <summary>digits += step, with two carries and no division.</summary>
    public readonly void Advance(ref Digits digits, Digits step)
    {
        int low = digits.Low + step.Low;
        bool carry = low >= Low;
        digits.Low = carry ? low - Low : low;
        int middle = digits.Middle + step.Middle + (carry ? 1 : 0);
        carry = middle >= Middle;
        digits.Middle = carry ? middle - Middle : middle;
        digits.High += step.High + (carry ? 1 : 0);
    }

    /// <summary>
    /// Whether any four neighbouring indices, the first a multiple of four, are four neighbours in memory, the first at a multiple of four.
    /// </summary>
    /// <param name="count">how many indices there are</param>
    /// <param name="high">elements to go for one more of the upper digit</param>
    /// <param name="middle">for one more of the middle digit</param>
    /// <param name="low">for one more of the lower digit</param>
    public readonly bool HasVectors(int count, int high, int middle, int low)
    {
        int run = Middle * Low;
        bool isOnePiece = (low == 1 || Low == 1) && (Middle == 1 || middle == Low);
        bool runsOn = high == run || count <= run;
        return isOnePiece && count % 4 == 0 && (runsOn || (run % 4 == 0 && high % 4 == 0));
    }
}
