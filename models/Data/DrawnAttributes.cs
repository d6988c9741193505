using System.Numerics;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Houses with one of two roof colours and one of two wall colours: four domains, given as folders and as attributes. All other properties
/// of a house are independent of its domain.
/// </summary>
internal sealed class DrawnAttributes : DrawnData
{
    private const uint Stream = 0xA77B;

    private static readonly (string Name, Vector3 Colour)[] s_roofs =
        [("red", new(0.72f, 0.24f, 0.18f)), ("blue", new(0.22f, 0.33f, 0.62f))];
    private static readonly (string Name, Vector3 Colour)[] s_walls =
        [("cream", new(0.93f, 0.84f, 0.60f)), ("grey", new(0.60f, 0.61f, 0.63f))];

    /// <summary>The domains' folders; consecutive houses cycle through them.</summary>
    public static IReadOnlyList<string> Domains { get; } = [.. s_roofs.SelectMany(r => s_walls.Select(w => $"{r.Name}-{w.Name}"))];

    /// <summary>A domain's attributes, separated by commas: <c>red_roof,grey_wall</c>.</summary>
    public static string AttributesOf(string domain) =>
        domain.Split('-') is [var roof, var wall] && s_roofs.Any(r => r.Name == roof) && s_walls.Any(w => w.Name == wall)
            ? $"{RoofOf(roof)},{WallOf(wall)}"
            : throw new ArgumentException($"{domain} is none of {string.Join(", ", Domains)}", nameof(domain));

    public override string Name => "attributes";

    public override string Summary =>
        "houses in four domains of roof and wall, in train/red-cream and so on; train/attributes.csv says the same as attributes";

    public override string Unit => "picture";

    public override int DefaultSide => 64;

    public override void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default)
    {
        var place = Path.Combine(folder, split);
        MakeFolders(place);
        WriteAll(
            Path.Combine(place, AttributeTable.FileName),
            Row(["file", .. s_roofs.Select(r => RoofOf(r.Name)), .. s_walls.Select(w => WallOf(w.Name))]), count, i =>
        {
            // Houses cycle through the domains, so that all domains have equally many.
            var domain = (first + i) % Domains.Count;
            var (roof, wall) = (domain / s_walls.Length, domain % s_walls.Length);
            var file = FileOf(domain, first + i);
            PictureFile.Save(PictureOf(Paint(seed, first + i, domain, side), side), Path.Combine(place, file));
            return Row([file, .. s_roofs.Select((_, r) => r == roof ? 1 : 0), .. s_walls.Select((_, w) => w == wall ? 1 : 0)]);
        }, cancellation);
    }

    /// <summary>Draws each house in all domains, with one folder per domain: the targets of translations.</summary>
    /// <param name="folder">root of the domains' folders</param>
    /// <param name="first">number of the first house</param>
    /// <param name="count">number of houses</param>
    /// <param name="side">side in pixels</param>
    /// <param name="seed">seed of the data set</param>
    public static void WriteInAllDomains(string folder, int first, int count, int side, ulong seed)
    {
        MakeFolders(folder);
        Parallel.For(first, first + count, house =>
        {
            for (var domain = 0; domain < Domains.Count; domain++)
            {
                PictureFile.Save(PictureOf(Paint(seed, house, domain, side), side), Path.Combine(folder, FileOf(domain, house)));
            }
        });
    }

    private static string RoofOf(string colour) => $"{colour}_roof";

    private static string WallOf(string colour) => $"{colour}_wall";

    private static void MakeFolders(string place)
    {
        foreach (var domain in Domains)
        {
            OutputPath.MakeFolder(Path.Combine(place, domain));
        }
    }

    private static string FileOf(int domain, int house) => $"{Domains[domain]}/house{house:D5}.png";

    private static Canvas Paint(ulong seed, int house, int domain, int side) =>
        Paint(RandomOf(seed, Stream, house), side, s_roofs[domain / s_walls.Length].Colour, s_walls[domain % s_walls.Length].Colour);

    private static Canvas Paint(RandomSequence random, int side, Vector3 roof, Vector3 wall)
    {
        var canvas = new Canvas(side);
        var noise = new Noise(random.NextUInt());
        var ground = random.Between(0.78f, 0.88f);
        var (width, height, x) = (random.Between(0.5f, 0.72f), random.Between(0.3f, 0.42f), random.Between(0.44f, 0.56f));
        var body = Box.Around(x, ground - height, width, height);
        var roofHeight = random.Between(0.14f, 0.22f);
        canvas.Paint(
            new Box(0, 0, 1, 1), ElementShape.Rectangle,
            (p, _) =>
                Solid(Vector3.Lerp(
                    new(0.55f, 0.76f, 0.94f), new(0.90f, 0.95f, 0.98f), MathF.Min(1, p.Y + (0.3f * noise.Cloudy(p.X * 4, p.Y * 8))))));
        canvas.Paint(
            new Box(0, ground, 1, 1), ElementShape.Rectangle,
            (p, _) => Solid(new Vector3(0.36f, 0.58f, 0.26f) * (0.8f + (0.35f * noise.Cloudy(p.X * 14, p.Y * 14)))));
        if (random.Chance(0.5f))
        {
            canvas.Paint(
                Box.Around(x + (width * random.Between(-0.3f, 0.3f)), body.Top - roofHeight - 0.05f, 0.07f, roofHeight),
                ElementShape.Rectangle, (_, uv) => Solid(new Vector3(0.42f, 0.36f, 0.34f) * (1.1f - (0.3f * uv.X))));
        }

        var shade = random.Between(0.92f, 1.06f);
        canvas.Paint(
            body, ElementShape.Rectangle,
            (p, uv) => Solid(wall * shade * (1.06f - (0.14f * uv.X) - (0.06f * noise.Cloudy(p.X * 20, p.Y * 20)))));
        canvas.Paint(
            new Box(body.Left - 0.04f, body.Top - roofHeight, body.Right + 0.04f, body.Top + 0.01f), ElementShape.Trapezoid, (p, uv) =>
            Solid(roof * shade * (0.88f + (0.2f * uv.Y) + ((int)(p.Y * 60) % 2 == 0 ? 0.06f : 0))));
        var columns = 2 + random.NextInt(2);
        var door = random.NextInt(columns);
        var windowShape = random.Chance(0.4f) ? ElementShape.Arch : ElementShape.Rectangle;
        for (var c = 0; c < columns; c++)
        {
            var at = body.Left + (width * (c + 0.5f) / columns);
            var (box, colour) = c == door
                ? (Box.Around(at, ground - (height * 0.62f), width * 0.17f, height * 0.62f), new Vector3(0.33f, 0.22f, 0.15f))
                : (Box.Around(at, body.Top + (height * 0.25f), width * 0.19f, height * 0.36f), new Vector3(0.20f, 0.26f, 0.33f));
            canvas.Paint(box.Grown(0.012f, 0.012f), windowShape, (_, _) => Solid(new Vector3(0.95f, 0.94f, 0.91f)));
            canvas.Paint(box, windowShape, (_, uv) => Solid(colour * (0.8f + (0.5f * (1 - uv.Y)))));
        }

        if (random.Chance(0.6f))
        {
            var tree = random.Chance(0.5f) ? random.Between(0.04f, 0.14f) : random.Between(0.86f, 0.96f);
            canvas.Paint(Box.Around(tree, ground - 0.28f, random.Between(0.14f, 0.24f), 0.34f), ElementShape.Ellipse, (p, uv) =>
                Solid(new Vector3(0.16f, 0.40f, 0.16f) * (0.7f + (0.7f * noise.Cloudy(p.X * 24, p.Y * 24)) - (0.25f * uv.Y))));
        }

        return canvas;
    }

    private static Vector4 Solid(Vector3 colour) => new(colour, 1);
}
