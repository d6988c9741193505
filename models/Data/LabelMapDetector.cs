using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Distinguishes maps and drawings in a few flat colours, whose colours carry meaning, from photographs. Looks at some pictures of a domain
/// as they are read for any purpose, and reads only those that nobody has. Thread-safe.
/// </summary>
/// <param name="count">number of pictures in the domain</param>
internal sealed class LabelMapDetector(int count)
{
    /// <summary>Number of pictures examined, spread over the set.</summary>
    private const int Most = 20;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _seen = [];
    private readonly LabelPalette.Search _colours = new();
    private bool _hasLayers;

    /// <summary>The examined pictures.</summary>
    private IEnumerable<int> Examined => Enumerable.Range(0, count).Where(IsExamined).Take(Most);

    /// <summary>Looks at a picture, if it is one of those to examine.</summary>
    /// <param name="index">its index in the domain</param>
    public void Look(int index, Picture picture)
    {
        if (!IsExamined(index))
        {
            return;
        }

        lock (_lock)
        {
            if (_seen.Add(index))
            {
                _hasLayers |= picture.Layers.Count > 1;
                _colours.Add(picture.Converted(3).Layers[0].ToEightBits());
            }
        }
    }

    /// <summary>Whether the pictures are maps.</summary>
    /// <param name="read">reads a picture by its index, which <see cref="Look"/> is told of</param>
    public bool AreMaps(Action<int> read)
    {
        foreach (var index in Examined)
        {
            lock (_lock)
            {
                if (_seen.Contains(index))
                {
                    continue;
                }
            }

            try
            {
                read(index);
            }
            catch (PictureException)
            {
                // Who reads it for training reports it.
            }
        }

        lock (_lock)
        {
            return _seen.Count > 0 && !_hasLayers && _colours.Find() is not null;
        }
    }

    private bool IsExamined(int index)
    {
        var step = Math.Max(1, count / Most);
        return index % step == 0 && index / step < Most;
    }
}
