using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Random;

/// <summary>
/// Random numbers: each thread computes one <see cref="Philox"/> block, four elements. The key's step and draw are read from the step
/// numbers.
/// </summary>
internal static class RandomKernels
{
    public static void Uniform(ArrayView<float> y, RandomKey key, ArrayView<uint> numbers)
    {
        var block = (Grid.IdxX * Group.DimX) + Group.IdxX;
        var words = WordsOf(key, numbers, (uint)block);
        SetBlock(
            y, 4 * block, Philox.ToUniform(words.Word0), Philox.ToUniform(words.Word1), Philox.ToUniform(words.Word2),
            Philox.ToUniform(words.Word3));
    }

    public static void Normal(ArrayView<float> y, RandomKey key, ArrayView<uint> numbers)
    {
        var block = (Grid.IdxX * Group.DimX) + Group.IdxX;
        var words = WordsOf(key, numbers, (uint)block);
        SetNormals(y, 4 * block, words.Word0, words.Word1);
        SetNormals(y, (4 * block) + 2, words.Word2, words.Word3);
    }

    /// <summary>y = x · scale where the element's uniform deviate is ≥ p, else 0; y may be x.</summary>
    public static void Dropout(ArrayView<float> x, ArrayView<float> y, RandomKey key, ArrayView<uint> numbers, float p, float scale)
    {
        var block = (Grid.IdxX * Group.DimX) + Group.IdxX;
        var words = WordsOf(key, numbers, (uint)block);
        var i = 4 * block;
        if (i + 3 < y.IntLength)
        {
            float x0 = x[i], x1 = x[i + 1], x2 = x[i + 2], x3 = x[i + 3];
            y[i] = Kept(x0, words.Word0, p, scale);
            y[i + 1] = Kept(x1, words.Word1, p, scale);
            y[i + 2] = Kept(x2, words.Word2, p, scale);
            y[i + 3] = Kept(x3, words.Word3, p, scale);
        }
        else
        {
            Drop(x, y, i, words.Word0, p, scale);
            Drop(x, y, i + 1, words.Word1, p, scale);
            Drop(x, y, i + 2, words.Word2, p, scale);
        }
    }

    /// <summary>As <see cref="Philox.Block(RandomKey, uint)"/>.</summary>
    private static (uint Word0, uint Word1, uint Word2, uint Word3) WordsOf(RandomKey key, ArrayView<uint> numbers, uint block) =>
        Philox.Block(
            block, key.Op + numbers[key.StepWord + 1], key.Step + numbers[key.StepWord], key.Stream, (uint)key.Seed,
            (uint)(key.Seed >> 32));

    /// <summary>The random word of one element.</summary>
    public static uint WordOf(RandomKey key, ArrayView<uint> numbers, int place)
    {
        var words = WordsOf(key, numbers, (uint)place / 4);
        var (low, high) = ((place & 1) == 0 ? (words.Word0, words.Word2) : (words.Word1, words.Word3));
        return (place & 2) == 0 ? low : high;
    }

    private static void Drop(ArrayView<float> x, ArrayView<float> y, int i, uint word, float p, float scale)
    {
        if (i < y.IntLength)
        {
            y[i] = Kept(x[i], word, p, scale);
        }
    }

    /// <summary>Dropout of one element.</summary>
    public static float Kept(float x, uint word, float p, float scale) => Philox.ToUniform(word) >= p ? x * scale : 0;

    /// <summary>
    /// As <see cref="Philox.ToNormal"/>, in float32: radius √(−2 ln u); the angle is reduced exactly to an eighth of a turn.
    /// </summary>
    private static void SetNormals(ArrayView<float> y, int i, uint first, uint second)
    {
        var radius = MathF.Sqrt(-2 * MathF.Log(Philox.ToUniform(first) + (1f / (1 << 24))));
        var turn = Philox.ToUniform(second);
        var quarter = (int)((4 * turn) + 0.5f);
        var angle = (turn - (0.25f * quarter)) * (2 * MathF.PI);
        var sine = MathF.Sin(angle);
        var cosine = MathF.Cos(angle);

        // Quarter 0: (cos, sin), 1: (−sin, cos), 2: (−cos, −sin), 3: (sin, −cos).
        var isOdd = (quarter & 1) != 0;
        var isNegative = (quarter & 2) != 0;
        var x0 = isOdd ? -sine : cosine;
        var x1 = isOdd ? cosine : sine;
        Set(y, i, radius * (isNegative ? -x0 : x0));
        Set(y, i + 1, radius * (isNegative ? -x1 : x1));
    }

    /// <summary>Writes a block of four elements, or fewer at the end of y.</summary>
    private static void SetBlock(ArrayView<float> y, int i, float y0, float y1, float y2, float y3)
    {
        if (i + 3 < y.IntLength)
        {
            y[i] = y0;
            y[i + 1] = y1;
            y[i + 2] = y2;
            y[i + 3] = y3;
        }
        else
        {
            Set(y, i, y0);
            Set(y, i + 1, y1);
            Set(y, i + 2, y2);
        }
    }

    private static void Set(ArrayView<float> y, int i, float value)
    {
        if (i < y.IntLength)
        {
            y[i] = value;
        }
    }
}
