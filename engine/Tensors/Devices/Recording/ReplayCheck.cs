using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// Runs a replay and the code that was recorded from the same state, and compares what they leave in memory. The code comes last, so that
/// training goes on with what it computed.
/// </summary>
internal static class ReplayCheck
{
    /// <param name="device">where the step runs</param>
    /// <param name="recording">what was recorded</param>
    /// <param name="replay">how it is repeated</param>
    /// <param name="outputs">of the replay</param>
    /// <param name="code">the step as written, of the inputs that the replay reads</param>
    /// <exception cref="RecordingException">they differ; everything is as before then</exception>
    public static void Run(
        Device device, KernelRecording recording, IReplay replay, IReadOnlyList<Tensor> outputs, Func<IReadOnlyList<Tensor>> code)
    {
        // The code as written does not know the recording's values.
        DeviceSpan[] lasting =
            [.. recording.Calls.SelectMany(c => c.Writes).Distinct().Where(s => s.Storage is not TracedStorage)];
        var before = Read(device, lasting);
        recording.Prepare();
        try
        {
            using var step = device.Step();
            replay.Run();
        }
        catch
        {
            TakeBack();
            throw;
        }

        var replayed = (Outputs: Numbers(outputs), State: Read(device, lasting));
        TakeBack();

        float[][] written;
        using (device.Step())
        {
            written = Numbers(code());
        }

        if (AreSame(replayed.Outputs, written) && AreSame(replayed.State, Read(device, lasting)))
        {
            return;
        }

        TakeBack();
        throw new RecordingException($"a replayed step differs from the code as written: {Locate(device, recording, TakeBack, code)}");

        void TakeBack()
        {
            recording.Undo();
            Write(device, lasting, before);
        }
    }

    /// <summary>Runs both again, call by call, and describes the first call whose result differs. Leaves everything as before.</summary>
    private static string Locate(Device device, KernelRecording recording, Action takeBack, Func<IReadOnlyList<Tensor>> code)
    {
        recording.Prepare();
        var then = Fingerprints(device, recording);
        takeBack();
        using var again = KernelRecording.Take(device, () => code());
        var now = Fingerprints(device, again);
        takeBack();
        for (var i = 0; i < now.Count; i++)
        {
            var call = again.Calls[i];
            if (i >= then.Count)
            {
                return $"call {i + 1}, {call.Name}, was not recorded";
            }

            if (call.GetType() != recording.Calls[i].GetType())
            {
                return $"call {i + 1} is {call.Name} now, and {recording.Calls[i].Name} was recorded";
            }

            if (now[i] != then[i])
            {
                return Describe(recording, i, call);
            }
        }

        return now.Count < then.Count
            ? $"call {now.Count + 1}, {recording.Calls[now.Count].Name}, was recorded and is not made now"
            : "each call alone does the same, but not the list that was made ready of them";
    }

    /// <summary>Runs the calls as they were recorded, and hashes what each writes.</summary>
    private static List<int> Fingerprints(Device device, KernelRecording recording)
    {
        var fingerprints = new List<int>();
        foreach (var call in recording.Place())
        {
            call.MakeOn(device.OwnKernels);
            fingerprints.Add(Fingerprint(device, call));
        }

        return fingerprints;
    }

    private static string Describe(KernelRecording recording, int place, KernelCall now)
    {
        var then = recording.Calls[place];
        var causes = new List<string>();
        foreach (var property in now.GetType().GetProperties())
        {
            if (Setting(property.GetValue(now), property.Name) is { } present && Setting(property.GetValue(then), property.Name) is { } past
                && !present.Equals(past))
            {
                causes.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{property.Name} was {past} when it was recorded and is {present} now"));
            }
        }

        for (var i = 0; i < Math.Min(now.Reads.Count, then.Reads.Count); i++)
        {
            if (now.Reads[i] != then.Reads[i] && then.Reads[i].Storage is not TracedStorage)
            {
                causes.Add($"it reads a tensor of {then.Reads[i].Length} numbers that was made outside the step, and is another one now");
            }
        }

        var writes = string.Join(" and ", now.Writes.Select(s => s.Length.ToString(CultureInfo.InvariantCulture)));
        return $"the first tensor that differs, of {writes} numbers, is that of call {place + 1} of {recording.Calls.Count}, {now.Name}" +
            (causes.Count == 0 ? "" : $" ({string.Join("; ", causes)})");
    }

    /// <summary>
    /// A call's argument, if it is a plain number or a key: words of <see cref="StepNumbers"/> are other ones in each recording.
    /// </summary>
    private static object? Setting(object? argument, string name) => argument switch
    {
        RandomKey key => key with { StepWord = 0 },
        int when name is "Word" or "LearningRate" or "Choice" or "Weight" => null,
        Normalization norm => norm.Epsilon,
        TrackedStatistics past => past.Momentum,
        float or int or bool or Enum => argument,
        _ => null,
    };

    /// <summary>Of the bits that a call has written.</summary>
    private static int Fingerprint(Device device, KernelCall call)
    {
        var hash = default(HashCode);
        foreach (var numbers in Read(device, [.. call.Writes]))
        {
            hash.AddBytes(MemoryMarshal.AsBytes<float>(numbers));
        }

        return hash.ToHashCode();
    }

    private static float[][] Numbers(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(t => t.ToArray())];

    private static float[][] Read(Device device, DeviceSpan[] spans) => Array.ConvertAll(spans, span =>
    {
        var numbers = new float[span.Length];
        device.Download(span, numbers);
        return numbers;
    });

    private static void Write(Device device, DeviceSpan[] spans, float[][] numbers)
    {
        for (var i = 0; i < spans.Length; i++)
        {
            device.Upload(numbers[i], spans[i]);
        }
    }

    private static bool AreSame(float[][] a, float[][] b) => a.Length == b.Length && a.Zip(b).All(pair =>
        MemoryMarshal.AsBytes<float>(pair.First).SequenceEqual(MemoryMarshal.AsBytes<float>(pair.Second)));
}
