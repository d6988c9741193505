using System.Numerics;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Outlines of bags (A) and the bags in colour (B), as pairs. The colour, one of five, is independent of the outline: each input has five
/// correct outputs.
/// </summary>
internal sealed class DrawnEdgesShapes : DrawnData
{
    private const uint Stream = 0xED6E5;

    private static readonly (string Name, Vector3 Colour)[] s_colours =
    [
        ("red", new(0.84f, 0.16f, 0.16f)), ("yellow", new(0.93f, 0.79f, 0.12f)), ("green", new(0.16f, 0.62f, 0.27f)),
        ("blue", new(0.14f, 0.35f, 0.85f)), ("violet", new(0.60f, 0.20f, 0.70f)),
    ];

    public override string Name => "edges-shapes";

    public override string Summary =>
        "outlines (A) and bags in one of five colours, independent of the outline (B), as pairs in train and val; train.csv has the " +
            "colours";

    public override string Unit => "pair";

    public override int DefaultSide => 64;

    public override string Describe(int side) => $"{side}x{side} pixels each half";

    public override void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default)
    {
        var place = Path.Combine(folder, split);
        OutputPath.MakeFolder(place);
        WriteAll(place + ".csv", "file,colour,class,red,green,blue", count, i =>
        {
            var name = FileOf(first + i);
            var plan = new Bag(RandomOf(seed, Stream, first + i));

            // The colour has its own random numbers, so that it is independent of the outline.
            var colour = RandomOf(seed, Stream, first + i, part: 1).NextInt(s_colours.Length);
            PictureFile.SaveSideBySide(
                Path.Combine(place, name), PictureOf(plan.Outline(side), side),
                PictureOf(plan.InColour(side, s_colours[colour].Colour), side));
            var rgb = s_colours[colour].Colour * 255;
            return Row(name, s_colours[colour].Name, colour, MathF.Round(rgb.X), MathF.Round(rgb.Y), MathF.Round(rgb.Z));
        }, cancellation);
    }

    /// <summary>Draws each bag in all colours, with one folder per colour: all correct outputs for its outline.</summary>
    /// <param name="folder">root of the colours' folders</param>
    /// <param name="first">number of the first bag</param>
    /// <param name="count">number of bags</param>
    /// <param name="side">side in pixels</param>
    /// <param name="seed">seed of the data set</param>
    public static void WriteInAllColours(string folder, int first, int count, int side, ulong seed)
    {
        foreach (var (name, colour) in s_colours)
        {
            var place = Path.Combine(folder, name);
            OutputPath.MakeFolder(place);
            Parallel.For(first, first + count, bag =>
            {
                var drawn = new Bag(RandomOf(seed, Stream, bag)).InColour(side, colour);
                PictureFile.Save(PictureOf(drawn, side), Path.Combine(place, FileOf(bag)));
            });
        }
    }

    private static string FileOf(int bag) => $"shape{bag:D5}.png";

    /// <summary>A random bag: handle, body, flap or pocket, buttons, from back to front.</summary>
    private sealed class Bag
    {
        private const float Line = 0.016f;
        private static readonly Vector3 s_leather = new(0.36f, 0.31f, 0.28f);
        private static readonly Vector3 s_metal = new(0.80f, 0.79f, 0.74f);
        private static readonly ElementShape[] s_bodies =
            [ElementShape.Rectangle, ElementShape.Trapezoid, ElementShape.Arch, ElementShape.Ellipse];

        private readonly List<Part> _parts = [];

        public Bag(RandomSequence random)
        {
            var (width, height) = (random.Between(0.5f, 0.78f), random.Between(0.38f, 0.54f));
            var (x, top) = (random.Between(0.45f, 0.55f), random.Between(0.34f, 0.42f));
            var shape = s_bodies[random.NextInt(s_bodies.Length)];
            var body = Box.Around(x, top, width, height);
            var handle = Box.Around(x, top - random.Between(0.14f, 0.22f), width * random.Between(0.35f, 0.7f), 0.42f);
            _parts.Add(new Part(handle, ElementShape.Ellipse, PartKind.Handle));
            _parts.Add(new Part(handle.Grown(-0.04f, -0.04f), ElementShape.Ellipse, PartKind.Hole));
            _parts.Add(new Part(body, shape, PartKind.Body));
            if (random.Chance(0.6f))
            {
                var pocket = Box.Around(
                    x, top + (height * random.Between(0.42f, 0.52f)), width * random.Between(0.35f, 0.55f),
                    height * random.Between(0.25f, 0.35f));
                _parts.Add(new Part(pocket, random.Chance(0.5f) ? ElementShape.Rectangle : ElementShape.Ellipse, PartKind.Body));
            }

            var belt = top + (height * random.Between(0.2f, 0.32f));
            if (random.Chance(0.5f))
            {
                _parts.Add(new Part(Box.Around(x, belt, width * 0.6f, 0.045f), ElementShape.Rectangle, PartKind.Handle));
            }

            var buttons = 1 + random.NextInt(3);
            for (var i = 0; i < buttons; i++)
            {
                _parts.Add(new Part(
                    Box.Around(x + ((i - ((buttons - 1) / 2f)) * width * 0.2f), belt - 0.01f, 0.065f, 0.065f), ElementShape.Ellipse,
                    PartKind.Button));
            }
        }

        private enum PartKind
        {
            Handle,
            Hole,
            Body,
            Button,
        }

        public Canvas Outline(int side)
        {
            var canvas = new Canvas(side);
            canvas.Paint(new Box(0, 0, 1, 1), ElementShape.Rectangle, (_, _) => Vector4.One);
            var line = MathF.Max(Line, 1f / side);
            foreach (var part in _parts)
            {
                canvas.Paint(part.Box, part.Shape, (_, _) => new Vector4(0, 0, 0, 1));
                canvas.Paint(Within(part.Box, part.Shape, line), part.Shape, (_, _) => Vector4.One);
            }

            return canvas;
        }

        public Canvas InColour(int side, Vector3 colour)
        {
            var canvas = new Canvas(side);
            canvas.Paint(new Box(0, 0, 1, 1), ElementShape.Rectangle, (_, _) => Vector4.One);
            foreach (var (box, shape, kind) in _parts)
            {
                var own = kind switch
                {
                    PartKind.Handle => s_leather,
                    PartKind.Button => s_metal,
                    PartKind.Hole => Vector3.One,
                    _ => colour,
                };
                var rim = kind == PartKind.Hole ? Vector3.One : own * 0.62f;
                canvas.Paint(box, shape, (_, _) => new Vector4(rim, 1));
                canvas.Paint(
                    Within(box, shape, Line), shape,
                    (_, uv) => new Vector4(kind == PartKind.Hole ? own : own * (1.12f - (0.3f * uv.Y) - (0.1f * uv.X)), 1));
            }

            return canvas;
        }

        /// <summary>The area inside a rim; the slanting sides of a trapezoid take more of its width.</summary>
        private static Box Within(Box box, ElementShape shape, float rim) =>
            box.Grown(shape == ElementShape.Trapezoid ? -2.2f * rim : -rim, -rim);

        private readonly record struct Part(Box Box, ElementShape Shape, PartKind Kind);
    }
}
