using System.Buffers;
using System.Text.Json;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Runs;

/// <summary>
/// A run's <c>log.jsonl</c>: one JSON object per line with step, epoch, every loss, lr and seconds (wall time of that step).
/// </summary>
internal sealed class RunLog : IDisposable
{
    private readonly FileStream _file;

    private RunLog(FileStream file) => _file = file;

    /// <summary>
    /// Opens the log to append after a step. Lines of later steps, which a resumed run will repeat, and a damaged end are cut off. Earlier
    /// damaged lines are left unchanged; readers of the log skip them.
    /// </summary>
    public static RunLog Open(string path, long step)
    {
        var file = Disk.Current.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            var length = LengthUpTo(bytes, step);
            file.SetLength(length);
            file.Seek(0, SeekOrigin.End);
            if (length > 0 && bytes[length - 1] != '\n')
            {
                file.WriteByte((byte)'\n');
            }

            return new RunLog(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds the line of a step.</summary>
    public void Write(TrainingProgress progress) => WriteLine(json =>
    {
        json.WriteNumber("step", progress.Step);
        json.WriteNumber("epoch", progress.Epoch);
        foreach (var (name, value) in progress.Losses)
        {
            WriteNumber(json, name, value);
        }

        json.WriteNumber("lr", progress.LearningRate);
        json.WriteNumber("seconds", Math.Round(progress.StepSeconds, 4));
    });

    /// <summary>
    /// Notes a file that the run leaves out: <c>step</c> (steps taken), <c>left_out</c>, <c>reason</c>, and <c>until</c> (steps taken, too)
    /// if it is read again. Readers of the curves skip such lines.
    /// </summary>
    public void Write(LeftOutFile file) => WriteLine(json =>
    {
        json.WriteNumber("step", file.Step);
        json.WriteString("left_out", file.File);
        json.WriteString("reason", file.Reason);
        if (file.Until is { } until)
        {
            json.WriteNumber("until", until);
        }
    });

    public void Dispose() => _file.Dispose();

    /// <summary>Hands a line to the operating system at once, so that a killed run leaves a complete log.</summary>
    private void WriteLine(Action<Utf8JsonWriter> writeFields)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            writeFields(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        Disk.Writing(() => _file.Write(line.WrittenSpan));
    }

    /// <summary>JSON has no NaN or infinity; they are written as strings.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>
    /// Length up to the end of the last complete line of this or an earlier step. A later step before that is a damaged number.
    /// </summary>
    private static int LengthUpTo(byte[] log, long step)
    {
        var (kept, start) = (0, 0);
        while (start < log.Length)
        {
            var end = Array.IndexOf(log, (byte)'\n', start) is >= 0 and var newline ? newline + 1 : log.Length;
            if (StepOf(log.AsMemory(start..end)) <= step)
            {
                kept = end;
            }

            start = end;
        }

        return kept;
    }

    /// <summary>The step of a line; null if the line is damaged.</summary>
    private static long? StepOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("step", out var step)
                && step.ValueKind == JsonValueKind.Number && step.TryGetInt64(out var number) ? number : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
