using System.Numerics;

namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>Colour and opacity at a point: p in units of the canvas, uv relative to the element's box, both with y downwards.</summary>
internal delegate Vector4 Shader(Vector2 p, Vector2 uv);

/// <summary>A square RGB canvas, 0 … 1 per channel, for shaded shapes.</summary>
internal sealed class Canvas(int size)
{
    private const int Subsamples = 3;

    private readonly Vector3[] _pixels = new Vector3[size * size];

    /// <summary>Paints a shape over the canvas, with antialiased edges.</summary>
    public void Paint(Box box, ElementShape shape, Shader shader) => Paint(box, shape, shader, hard: false);

    /// <summary>Fills every pixel whose centre is within the shape, without antialiasing.</summary>
    public void Mark(Box box, ElementShape shape, Vector3 colour) => Paint(box, shape, (_, _) => new Vector4(colour, 1), hard: true);

    /// <summary>Changes every pixel; p is its centre.</summary>
    public void Adjust(Func<Vector2, Vector3, Vector3> change)
    {
        for (var i = 0; i < _pixels.Length; i++)
        {
            _pixels[i] = change(Centre(i % size, i / size), _pixels[i]);
        }
    }

    /// <summary>Rounded to bytes, interleaved RGB.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[_pixels.Length * 3];
        for (var i = 0; i < _pixels.Length; i++)
        {
            var c = Vector3.Clamp(_pixels[i], Vector3.Zero, Vector3.One) * 255;
            (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]) =
                ((byte)MathF.Round(c.X), (byte)MathF.Round(c.Y), (byte)MathF.Round(c.Z));
        }

        return bytes;
    }

    private void Paint(Box box, ElementShape shape, Shader shader, bool hard)
    {
        var (left, right) = (Math.Max(0, (int)MathF.Floor(box.Left * size)), Math.Min(size, (int)MathF.Ceiling(box.Right * size)));
        var (top, bottom) = (Math.Max(0, (int)MathF.Floor(box.Top * size)), Math.Min(size, (int)MathF.Ceiling(box.Bottom * size)));
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                var p = Centre(x, y);
                var coverage = hard ? Contains(box, shape, p) ? 1 : 0 : Coverage(box, shape, x, y);
                if (coverage > 0)
                {
                    var colour = shader(p, new Vector2((p.X - box.Left) / box.Width, (p.Y - box.Top) / box.Height));
                    ref var pixel = ref _pixels[(y * size) + x];
                    pixel = Vector3.Lerp(pixel, new Vector3(colour.X, colour.Y, colour.Z), colour.W * coverage);
                }
            }
        }
    }

    private Vector2 Centre(int x, int y) => new((x + 0.5f) / size, (y + 0.5f) / size);

    private float Coverage(Box box, ElementShape shape, int x, int y)
    {
        var inside = 0;
        for (var i = 0; i < Subsamples * Subsamples; i++)
        {
            var p = new Vector2(x + ((i % Subsamples) + 0.5f) / Subsamples, y + ((i / Subsamples) + 0.5f) / Subsamples) / size;
            inside += Contains(box, shape, p) ? 1 : 0;
        }

        return inside / (float)(Subsamples * Subsamples);
    }

    private static bool Contains(Box box, ElementShape shape, Vector2 p)
    {
        if (p.X < box.Left || p.X >= box.Right || p.Y < box.Top || p.Y >= box.Bottom)
        {
            return false;
        }

        var fromAxis = MathF.Abs(p.X - box.CentreX);
        var radius = box.Width / 2;
        switch (shape)
        {
            case ElementShape.Arch when p.Y < box.Top + radius:
                return Squared(fromAxis) + Squared(box.Top + radius - p.Y) <= radius * radius;
            case ElementShape.Trapezoid:
                return fromAxis <= radius - (box.Height * 0.6f * (box.Bottom - p.Y) / box.Height);
            case ElementShape.Ellipse:
                return Squared(fromAxis / radius) + Squared((p.Y - ((box.Top + box.Bottom) / 2)) / (box.Height / 2)) <= 1;
            default:
                return true;
        }
    }

    private static float Squared(float x) => x * x;
}
