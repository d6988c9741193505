using System.Text;
using System.Text.Json;

namespace IlgpuGan.Models.Training;

/// <summary>A run's <c>log.jsonl</c>: one object a line with step, epoch, every loss, lr and seconds (wall time of that step).</summary>
internal sealed class RunLog : IDisposable
{
    private readonly FileStream _file;

    private RunLog(FileStream file) => _file = file;

    /// <summary>Opens the log behind a step: lines of later steps, which a resumed run will take again, are cut off.</summary>
    public static RunLog Open(string path, long step)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        file.SetLength(LengthUpTo(file, step));
        file.Seek(0, SeekOrigin.End);
        return new RunLog(file);
    }

    /// <summary>Writes a line through to the system, so that a killed run leaves a whole log.</summary>
    public void Write(TrainingProgress progress)
    {
        using (var json = new Utf8JsonWriter(_file))
        {
            json.WriteStartObject();
            json.WriteNumber("step", progress.Step);
            json.WriteNumber("epoch", progress.Epoch);
            foreach (var (name, value) in progress.Losses)
            {
                WriteNumber(json, name, value);
            }

            json.WriteNumber("lr", progress.LearningRate);
            json.WriteNumber("seconds", Math.Round(progress.StepSeconds, 4));
            json.WriteEndObject();
        }

        _file.Write("\n"u8);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>JSON has no number that is none; it stands in quotes.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, value.ToString());
        }
    }

    private static long LengthUpTo(FileStream file, long step)
    {
        long length = 0;
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        while (reader.ReadLine() is { } line && StepOf(line) is { } logged && logged <= step)
        {
            length += Encoding.UTF8.GetByteCount(line) + 1;
        }

        return Math.Min(length, file.Length);
    }

    private static long? StepOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.TryGetProperty("step", out var step) ? step.GetInt64() : null;
        }
        catch (JsonException)
        {
            return null; // A line that a kill cut short ends the part worth keeping.
        }
    }
}
