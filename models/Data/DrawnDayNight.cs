using System.Numerics;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Landscapes by day (A) and by night (B). In the training set no scene is in both folders; held-out scenes are in both, under the same
/// name.
/// </summary>
internal sealed class DrawnDayNight : DrawnData
{
    private const uint Stream = 0xDA7;

    /// <summary>Training scenes of B have separate numbers.</summary>
    private const int FirstOfNight = 1 << 24;

    public override string Name => "day-night";

    public override string Summary =>
        "landscapes by day in trainA and others by night in trainB, without pairs; valA and valB show the same scenes; train.csv names " +
            "them";

    public override string Unit => "scene";

    public override int DefaultSide => 64;

    public override string Describe(int side) => $"{side}x{side} pixels, by day and by night";

    public override void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default)
    {
        var paired = split != "train";
        OutputPath.MakeFolder(Path.Combine(folder, split + "A"));
        OutputPath.MakeFolder(Path.Combine(folder, split + "B"));
        WriteAll(Path.Combine(folder, split + ".csv"), "file,night,scene", 2 * count, i =>
        {
            var (number, night) = (first + (i % count), i >= count);
            var scene = night && !paired ? FirstOfNight + number : number;
            var name = night && !paired ? "night" : "scene"; // Equal names would make pairs.
            var file = $"{split}{(night ? "B" : "A")}/{name}{number:D5}.png";
            PictureFile.Save(PictureOf(new Landscape(RandomOf(seed, Stream, scene), side, night).Draw(), side), Path.Combine(folder, file));
            return Row(file, night ? 1 : 0, scene);
        }, cancellation);
    }

    /// <summary>
    /// A landscape from back to front. Sides and places are fractions of the picture, y from its top; colours are RGB from 0 to 1. By day
    /// and by night the same numbers are drawn, in the same order, so that the scene is the same. Bundled models and a claim of SinGAN
    /// learnt from these scenes, on which ZooTests measure the models again.
    /// </summary>
    private sealed class Landscape(RandomSequence random, int side, bool night)
    {
        private static readonly Box s_whole = new(0, 0, 1, 1);

        private readonly Canvas _canvas = new(side);
        private readonly Noise _noise = new(random.NextUInt());

        /// <summary>What the sky lets through to everything below it.</summary>
        private readonly Vector3 _light = night ? new Vector3(0.20f, 0.25f, 0.42f) : Vector3.One;

        public Canvas Draw()
        {
            Fill(s_whole, ElementShape.Rectangle, (p, _) => night ? NightSky(p) : DaySky(p));
            var sun = Box.Around(random.Between(0.12f, 0.88f), random.Between(0.06f, 0.2f), 0.13f, 0.13f);
            Fill(sun, ElementShape.Ellipse, (_, _) => night ? new Vector3(0.90f, 0.91f, 0.84f) : new Vector3(1, 0.90f, 0.45f));
            for (var i = 0; i < 2; i++)
            {
                DrawHill(0.1f * i);
            }

            var ground = random.Between(0.66f, 0.74f);
            Fill(
                s_whole with { Top = ground }, ElementShape.Rectangle,
                (p, _) => _light * new Vector3(0.38f, 0.62f, 0.25f) * (0.8f + (0.35f * _noise.Cloudy(p.X * 15, p.Y * 15))));
            for (var houses = 1 + random.NextInt(3); houses > 0; houses--)
            {
                DrawHouse(ground);
            }

            for (var trees = random.NextInt(4); trees > 0; trees--)
            {
                DrawTree(ground);
            }

            return _canvas;
        }

        private Vector3 NightSky(Vector2 p)
        {
            var star = _noise.Cell((int)(p.X * 48), (int)(p.Y * 48)) > 0.985f ? 0.6f : 0;
            return Vector3.Lerp(new(0.02f, 0.03f, 0.10f), new(0.10f, 0.13f, 0.28f), p.Y) + new Vector3(star);
        }

        private Vector3 DaySky(Vector2 p)
        {
            var cloud = 0.25f * Math.Clamp((_noise.Cloudy(p.X * 4, p.Y * 9) - 0.5f) * 4, 0, 1);
            return Vector3.Lerp(new(0.36f, 0.62f, 0.93f), new(0.86f, 0.93f, 0.98f), p.Y * 1.4f) + new Vector3(cloud);
        }

        private void DrawHill(float brighter)
        {
            var (x, width, height) = (random.Between(0.1f, 0.9f), random.Between(0.7f, 1.2f), random.Between(0.3f, 0.6f));
            Fill(
                Box.Around(x, 0.72f - (height / 2), width, height), ElementShape.Ellipse,
                (p, _) => _light * new Vector3(0.42f, 0.55f, 0.46f) * (0.85f + (0.2f * _noise.Cloudy(p.X * 9, p.Y * 9)) + brighter));
        }

        private void DrawHouse(float ground)
        {
            var (width, height) = (random.Between(0.16f, 0.28f), random.Between(0.13f, 0.22f));
            var bottom = ground + random.Between(0.03f, 0.16f);
            var body = Box.Around(random.Between(0.12f, 0.88f), bottom - height, width, height);
            var wall = random.Chance(0.5f) ? new Vector3(0.90f, 0.84f, 0.70f) : new Vector3(0.78f, 0.50f, 0.42f);
            Fill(body, ElementShape.Rectangle, (_, uv) => _light * wall * (1.05f - (0.2f * uv.X)));
            Fill(
                new Box(body.Left - 0.02f, body.Top - 0.1f, body.Right + 0.02f, body.Top), ElementShape.Trapezoid,
                (_, uv) => _light * new Vector3(0.55f, 0.25f, 0.20f) * (0.85f + (0.2f * uv.Y)));
            for (var window = 0; window < 2; window++)
            {
                var lit = random.Chance(0.75f);
                Fill(
                    Box.Around(body.Left + (width * (0.3f + (0.4f * window))), body.Top + (height * 0.25f), width * 0.2f, height * 0.4f),
                    ElementShape.Rectangle, (_, uv) => (night, lit) switch
                    {
                        (false, _) => new Vector3(0.25f, 0.33f, 0.42f) * (1.2f - (0.4f * uv.Y)),
                        (true, true) => new Vector3(1, 0.83f, 0.40f),
                        (true, false) => new Vector3(0.05f, 0.06f, 0.10f),
                    });
            }
        }

        private void DrawTree(float ground)
        {
            var (x, size, bottom) = (random.Between(0, 1), random.Between(0.1f, 0.2f), ground + random.Between(0, 0.2f));
            var trunk = Box.Around(x, bottom - 0.08f, 0.03f, 0.08f);
            Fill(trunk, ElementShape.Rectangle, (_, _) => _light * new Vector3(0.35f, 0.25f, 0.18f));
            var crown = Box.Around(x, bottom - 0.06f - (size * 1.3f), size, size * 1.3f);
            Fill(
                crown, ElementShape.Ellipse, (p, uv) =>
                    _light * new Vector3(0.15f, 0.45f, 0.18f) * (0.75f + (0.6f * _noise.Cloudy(p.X * 22, p.Y * 22)) - (0.2f * uv.Y)));
        }

        /// <param name="colour">of a place of the picture, and of the place within the box, from 0 to 1</param>
        private void Fill(Box box, ElementShape shape, Func<Vector2, Vector2, Vector3> colour) =>
            _canvas.Paint(box, shape, (p, uv) => new Vector4(colour(p, uv), 1));
    }
}
