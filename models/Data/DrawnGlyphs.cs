using System.Numerics;
using IlgpuGan.Imaging;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>Glyphs of ten classes, light on dark, with one channel: a few strokes with a random affine transform.</summary>
/// <param name="classes">number of the classes that are drawn, the first by name</param>
/// <param name="mostSlant">most slant to either side</param>
/// <param name="noise">standard deviation of the noise in each pixel, in levels of 255</param>
internal sealed class DrawnGlyphs(
    int classes = DrawnGlyphs.ClassCount, float mostSlant = DrawnGlyphs.UsualSlant, float noise = 0) : DrawnData
{
    public const int ClassCount = 10;

    private const float UsualSlant = 0.25f;

    private const uint Stream = 0x61F5;
    private const uint StreamOfParts = 0x61F6;
    private const int RingCorners = 14;

    /// <summary>Strokes of each class in [−1, 1]², y downwards, sorted by class name.</summary>
    private static readonly (string Name, Vector2[][] Strokes)[] s_classes =
    [
        ("arrow", [[new(0, 0.9f), new(0, -0.9f)], [new(-0.6f, -0.2f), new(0, -0.9f), new(0.6f, -0.2f)]]),
        ("bar", [[new(0, -0.9f), new(0, 0.9f)]]),
        ("cross", [[new(-0.75f, -0.75f), new(0.75f, 0.75f)], [new(-0.75f, 0.75f), new(0.75f, -0.75f)]]),
        ("ell", [[new(-0.55f, -0.9f), new(-0.55f, 0.8f), new(0.65f, 0.8f)]]),
        ("hook", [[new(-0.6f, -0.75f), new(0.5f, -0.75f), new(0.5f, 0.4f), new(0.1f, 0.85f), new(-0.5f, 0.6f)]]),
        ("plus", [[new(0, -0.85f), new(0, 0.85f)], [new(-0.85f, 0), new(0.85f, 0)]]),
        ("ring", [Ring()]),
        ("square", [[new(-0.7f, -0.7f), new(0.7f, -0.7f), new(0.7f, 0.7f), new(-0.7f, 0.7f), new(-0.7f, -0.7f)]]),
        ("triangle", [[new(0, -0.8f), new(0.8f, 0.7f), new(-0.8f, 0.7f), new(0, -0.8f)]]),
        ("zigzag", [[new(-0.7f, -0.75f), new(0.7f, -0.75f), new(-0.7f, 0.75f), new(0.7f, 0.75f)]]),
    ];

    public override string Name => "glyphs";

    public override string Summary =>
        "glyphs of ten classes in one channel, a folder a class in train and val; train/glyphs.csv says how each was drawn";

    public override string Unit => "picture";

    public override int DefaultSide => 32;

    public override void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default)
    {
        var place = Path.Combine(folder, split);
        for (var i = 0; i < Math.Min(count, classes); i++)
        {
            // No folder for a class without glyphs.
            OutputPath.MakeFolder(Path.Combine(place, s_classes[(first + i) % classes].Name));
        }

        WriteAll(Path.Combine(place, "glyphs.csv"), "file,name,class,turn,slant,size,stroke", count, i =>
        {
            // Glyphs cycle through the classes, so that all classes have equally many.
            var (number, own) = (first + i, (first + i) % classes);
            var file = $"{s_classes[own].Name}/glyph{number:D5}.png";
            var random = RandomOf(seed, Stream, number);
            var (pixels, turn, slant, size, stroke) = Draw(own, random, side, mostSlant);
            for (var p = 0; noise > 0 && p < pixels.Length; p++)
            {
                pixels[p] = (byte)Math.Clamp(MathF.Round(pixels[p] + (noise * random.NextNormal())), 0, 255);
            }

            PictureFile.Save(new Picture(new Image(side, side, 1, pixels)), Path.Combine(place, file));
            return Row(file, s_classes[own].Name, own, turn, slant, size, stroke);
        }, cancellation);
    }

    /// <summary>A glyph of any class, [side·side] bytes, and its class.</summary>
    /// <param name="seed">of the data set</param>
    /// <param name="sample">the sample that it is a part of</param>
    /// <param name="part">number of the part</param>
    /// <param name="side">in pixels</param>
    /// <param name="classes">number of the classes</param>
    internal static (byte[] Pixels, string Class) Any(ulong seed, int sample, uint part, int side, int classes)
    {
        var random = RandomOf(seed, StreamOfParts, sample, part);
        var own = random.NextInt(classes);
        return (Draw(own, random, side, UsualSlant).Pixels, s_classes[own].Name);
    }

    private static (byte[] Pixels, float Turn, float Slant, float Size, float Stroke) Draw(
        int own, RandomSequence random, int side, float mostSlant)
    {
        var (turn, slant, size, stroke) = (
            random.Between(-0.22f, 0.22f), random.Between(-mostSlant, mostSlant), random.Between(0.58f, 0.82f),
            random.Between(0.10f, 0.19f));
        var offset = new Vector2(random.Between(-0.1f, 0.1f), random.Between(-0.1f, 0.1f));
        var scaled = Product(new Matrix3x2(1, 0, slant, 1, 0, 0), Matrix3x2.CreateScale(size * random.Between(0.85f, 1), size));
        var turned = Product(Product(scaled, Matrix3x2.CreateRotation(turn)), Matrix3x2.CreateTranslation(offset));
        return (Draw(s_classes[own].Strokes, turned, stroke, side), turn, slant, size, stroke);
    }

    /// <summary>a · b, rounded after each operation: .NET's own product fuses them from version 11 on, which draws other pixels.</summary>
    private static Matrix3x2 Product(Matrix3x2 a, Matrix3x2 b) => new(
        (a.M11 * b.M11) + (a.M12 * b.M21), (a.M11 * b.M12) + (a.M12 * b.M22),
        (a.M21 * b.M11) + (a.M22 * b.M21), (a.M21 * b.M12) + (a.M22 * b.M22),
        (a.M31 * b.M11) + (a.M32 * b.M21) + b.M31, (a.M31 * b.M12) + (a.M32 * b.M22) + b.M32);

    private static byte[] Draw(Vector2[][] strokes, Matrix3x2 turned, float stroke, int side)
    {
        var lines = strokes.Select(s => s.Select(p => Vector2.Transform(p, turned)).ToArray()).SelectMany(s => s.Zip(s.Skip(1))).ToArray();
        var pixels = new byte[side * side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var p = new Vector2((2 * (i % side) + 1f) / side, (2 * (i / side) + 1f) / side) - Vector2.One;
            var away = lines.Min(line => Distance(p, line.First, line.Second)) - stroke;
            pixels[i] = (byte)MathF.Round(255 * Math.Clamp(0.5f - (away * side / 2), 0, 1)); // Antialiased over one pixel.
        }

        return pixels;
    }

    private static float Distance(Vector2 p, Vector2 a, Vector2 b)
    {
        var t = Math.Clamp(Vector2.Dot(p - a, b - a) / Vector2.DistanceSquared(a, b), 0, 1);
        return Vector2.Distance(p, a + (t * (b - a)));
    }

    private static Vector2[] Ring() =>
        [.. Enumerable.Range(0, RingCorners + 1).Select(i => i * MathF.Tau / RingCorners)
            .Select(t => new Vector2(MathF.Cos(t), MathF.Sin(t)) * 0.75f)];
}
