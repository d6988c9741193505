using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Google.Protobuf;
using IlgpuGan.Cli;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.TestsCommon;

/// <summary>Plays a scene in a folder, and compares what its commands say and write with what is expected.</summary>
internal sealed partial class SceneRun(Scene scene, string folder)
{
    /// <summary>Lines that a failed command may have on its error stream: it is explained, not dumped.</summary>
    private const int MostErrorLines = 3;

    /// <summary>Columns of a line that is shown.</summary>
    private const int Widest = 300;

    /// <summary>A command whose variables are set in this process runs alone.</summary>
    private static readonly ReaderWriterLockSlim s_environment = new();

    private readonly List<string> _problems = [];

    private sealed record Said(int Code, string[] Output, string[] Errors);

    /// <summary>Lines of the page that are to be others, by their number; null to leave one out.</summary>
    public Dictionary<int, string?> Rewritten { get; } = [];

    /// <returns>What is not as expected.</returns>
    public List<string> Play()
    {
        foreach (var (command, expected) in scene.Steps)
        {
            var isKept = expected.Any(line => line.Text.EndsWith(" unchanged", StringComparison.Ordinal));
            var before = isKept ? Contents(folder) : null;
            var said = Run(Completed(command.Text));
            var problems = _problems.Count;
            Compare(said, command, expected);
            foreach (var (_, text) in expected.Where(line => IsOf(line, "file: ")))
            {
                Check(text["file: ".Length..], before);
            }

            if (_problems.Count > problems)
            {
                _problems.Insert(problems, $"{scene.File}:{command.Number + 1}\n$ {command.Text}");
                string[] lines = [.. said.Errors.Select(line => "! " + line), .. said.Output, $"? {said.Code}"];
                _problems.AddRange(lines.Select(line => line.Length > Widest ? line[..Widest] + "…" : line).Prepend("it said:"));
            }
        }

        return _problems;
    }

    private static bool IsOf(SceneLine line, string mark) => line.Text.StartsWith(mark, StringComparison.Ordinal);

    private string In(string path) => Path.GetFullPath(Path.Combine(folder, path));

    /// <summary>With the options that a word of the page stands for, but for those that the command has itself.</summary>
    private string Completed(string command) => Abbreviation().Replace(command, match => match.Value == "$BIN"
        ? AppContext.BaseDirectory.TrimEnd('/')
        : !scene.Words.TryGetValue(match.Groups[1].Value, out var options) ? match.Value
        : string.Join(' ', Regex.Split(options, " (?=--)")
            .Where(option => !$"{command} ".Contains($" {option.Split(' ')[0]} ", StringComparison.Ordinal))));

    private Said Run(string command)
    {
        if (command.Split(' ') is ["picture" or "clip" or "graph", ..] parts)
        {
            ((Action<string[]>)(parts[0] == "graph" ? MakeGraph : Make))(parts);
            return new Said(0, [], []);
        }

        string[] words = [.. Quoted().Matches(command).Select(match => match.Value.Trim('"', '\''))];
        var variables = words.TakeWhile(word => Variable().IsMatch(word)).Select(word => word.Split('=', 2)).ToList();
        var (code, output, errors) = words.ElementAtOrDefault(variables.Count) == "ilgpugan" && !Shell().IsMatch(command)
            ? InThisProcess([.. words.Skip(variables.Count + 1).Select(PathOf)], variables)
            : InAShell(command);
        return new Said(code, Lines(output), Lines(errors));
    }

    /// <summary>What begins with <c>./</c> is in the folder of the scene: the process has another.</summary>
    private string PathOf(string word) => word == "." ? folder : word.StartsWith("./", StringComparison.Ordinal) ? In(word[2..]) : word;

    private (int Code, string Output, string Errors) InThisProcess(string[] words, List<string[]> variables)
    {
        // Not disposed: what is said of devices may be told of another scene's command.
        var (output, error) = (new StringWriter(), new StringWriter());
        if (variables.Count == 0)
        {
            s_environment.EnterReadLock();
        }
        else
        {
            s_environment.EnterWriteLock();
        }

        var before = variables.ToDictionary(v => v[0], v => Environment.GetEnvironmentVariable(v[0]), StringComparer.Ordinal);
        try
        {
            variables.ForEach(v => Environment.SetEnvironmentVariable(v[0], PathOf(v[1])));
            var code = Application.RunAsync(words, output, error).GetAwaiter().GetResult();
            return (code, output.ToString(), error.ToString());
        }
        finally
        {
            foreach (var (name, value) in before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            if (variables.Count == 0)
            {
                s_environment.ExitReadLock();
            }
            else
            {
                s_environment.ExitWriteLock();
            }
        }
    }

    /// <summary>In the folder of the scene, where the program is a process of its own.</summary>
    private (int Code, string Output, string Errors) InAShell(string command)
    {
        SystemProgram.Require(OperatingSystem.IsWindows() ? "sh.exe" : "sh");
        var start = new ProcessStartInfo("sh", ["-c", $"ilgpugan() {{ dotnet '{SystemProgram.Command}' \"$@\"; }}; {command}"])
        {
            WorkingDirectory = folder,
        };
        return SystemProgram.Finish(start);
    }

    /// <summary>
    /// <c>picture FROM TO</c> and changes: <c>53x37</c> resizes, <c>18x18+39+7</c> crops; <c>gray</c>, <c>16-bit</c>. <c>clip TO 3 aac</c>:
    /// so many frames with such a sound, and programs in the place of ffmpeg's.
    /// </summary>
    private void Make(string[] words)
    {
        if (words[0] == "clip")
        {
            var frames = int.Parse(words[2], CultureInfo.InvariantCulture);
            new FakeFfmpeg(folder: folder).Add(words[1], 40, 30, frames, words.ElementAtOrDefault(3));
            return;
        }

        var picture = words[1] is "black" or "noise"
            ? new Picture(new Image(64, 64, 3, new byte[3 * 64 * 64]))
            : PictureFile.Load(In(words[1]));
        if (words[1] == "noise")
        {
            new Random(words[2].Sum(c => c)).NextBytes(picture.Layers[0].Bytes);
        }

        foreach (var change in words[3..])
        {
            int[] sizes = [.. Number().Matches(change).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture))];
            picture = (change, sizes) switch
            {
                ("gray", _) => new Picture(picture.Layers[0].ToChannels(1)),
                ("16-bit", _) => new Picture(picture.Layers[0].ToSixteenBits()),
                ("negative", _) => new Picture(new Image(
                    picture.Width, picture.Height, picture.Channels, [.. picture.Layers[0].Bytes.Select(v => (byte)(255 - v))])),
                (_, [var width, var height]) => picture.Resize(width, height),
                _ => picture.Crop(sizes[2], sizes[3], sizes[0], sizes[1]),
            };
        }

        Directory.CreateDirectory(Path.GetDirectoryName(In(words[2]))!);
        PictureFile.Save(picture, In(words[2]));
    }

    /// <summary>
    /// <c>graph FILE x=0,3,0,0 y=Sub(1;x)</c>: an ONNX model of inputs (<c>u8:0,0,0,3</c> of bytes) and nodes. A word alone is an output;
    /// if there is none, the last node is. Arguments are names, numbers (<c>#</c> whole ones), nothing, and attributes as <c>axis:1</c>.
    /// </summary>
    private void MakeGraph(string[] words)
    {
        var file = new GraphFile();
        var outputs = Array.FindAll(words[2..], word => !word.Contains('=')).DefaultIfEmpty(words[^1].Split('=')[0]);
        foreach (var parts in words[2..].Select(word => word.Split('=', 2)).Where(parts => parts.Length == 2))
        {
            if (Node().Match(parts[1]) is { Success: true } node)
            {
                var arguments = node.Groups[2].Value.Split(';').ToLookup(argument => argument.Contains(':'));
                file.Node(node.Groups[1].Value, arguments[false].Select(Valued), [parts[0]], arguments[true].Select(Attribute));
            }
            else
            {
                var type = parts[1].StartsWith("u8:", StringComparison.Ordinal) ? GraphFile.Bytes : GraphFile.Floats32;
                file.InputOf(type, parts[0], [.. Whole(parts[1]).Select(extent => (int)extent)]);
            }
        }

        File.WriteAllBytes(In(words[1]), outputs.Aggregate(file, (all, name) => all.Output(name)).Model.ToByteArray());

        string Valued(string text)
        {
            if (file.Graph.Initializer.Any(constant => constant.Name == text))
            {
                return text;
            }

            if (text is ['#', ..])
            {
                file.IntegerConstant(text, Whole(text));
            }
            else if (text is ['-' or 'N' or (>= '0' and <= '9'), ..])
            {
                float[] values = [.. text.Split(',').Select(v => float.Parse(v, CultureInfo.InvariantCulture))];
                file.Constant(NamedArray.From(text, values.Length == 1 ? [] : [values.Length], values));
            }

            return text;
        }

        static AttributeProto Attribute(string text) => text.Split(':') is [var name, var value] && !char.IsDigit(value[0])
            ? GraphFile.Of(name, value)
            : Whole(text) is [var one] ? GraphFile.Of(text.Split(':')[0], one)
            : GraphFile.Integers(text.Split(':')[0], Whole(text));

        static long[] Whole(string text) => [.. Regex.Matches(text, "(?<![a-z0-9])-?[0-9]+")
            .Select(match => long.Parse(match.Value, CultureInfo.InvariantCulture))];
    }

    /// <summary>Lines as they are in the scene, whose folder is <c>.</c>.</summary>
    private string[] Lines(string said)
    {
        var text = Regex.Replace(
            said, Regex.Escape(folder) + @"(?:[\\/][^\s:;,'""]*)?",
            match => "." + match.Value[folder.Length..].Replace('\\', '/'));
        return [.. text.TrimEnd().Split('\n').Select(line => line.TrimEnd())];
    }

    private void Compare(Said said, SceneLine command, List<SceneLine> expected)
    {
        var code = expected.Find(line => IsOf(line, "? "));
        if (said.Code != int.Parse(code?.Text[2..] ?? "0", CultureInfo.InvariantCulture))
        {
            _problems.Add($"it ended with {said.Code}");
            Rewrite(code ?? command, code is null ? $"\n? {said.Code}" : $"? {said.Code}");
        }

        var (errors, output) = (expected.FindAll(line => IsOf(line, "! ")), expected.FindAll(line => !Mark().IsMatch(line.Text)));
        if (said.Code != 0 && (said.Errors.Length > MostErrorLines || said.Errors.Any(line => Dump().IsMatch(line))))
        {
            _problems.Add($"a failure is explained in {MostErrorLines} lines at most, without a stack");
        }

        if (errors is [{ Text: "! nothing" }])
        {
            _problems.AddRange(said.Errors is [""] ? [] : ["its error stream is not empty"]);
        }
        else
        {
            Follow(said.Errors, errors, "! ");
        }

        Follow(said.Output, output, "");
        foreach (var (_, text) in expected.Where(line => IsOf(line, "not: ")))
        {
            _problems.AddRange(Times(text["not: ".Length..]) == 0 ? [] : [text]);
        }

        foreach (var (_, text) in expected.Where(line => IsOf(line, "once: ")))
        {
            _problems.AddRange(Times(text["once: ".Length..]) == 1 ? [] : [text]);
        }

        if (expected.Find(line => line.Text == "…") is { } all)
        {
            _problems.Add("a line of … alone says nothing; it stands for lines that are to be filled in");
            string[] texts = [.. said.Errors.Where(l => l.Length > 0).Select(l => "! " + l), .. said.Output.Where(l => l.Length > 0)];
            Rewrite(all, texts.Length == 0 ? null : string.Join('\n', texts));
        }

        int Times(string text) => said.Output.Concat(said.Errors).Count(line => Fits($"…{text}…", line));
    }

    /// <summary>The expected lines are among those that were said, in this order.</summary>
    private void Follow(string[] said, List<SceneLine> expected, string mark)
    {
        var next = 0;
        foreach (var line in expected)
        {
            var text = line.Text[mark.Length..];
            var found = Array.FindIndex(said, next, actual => Fits(text, actual));
            if (found < 0)
            {
                _problems.Add($"not found: {line.Text}");
                var nearest = said[next..].MaxBy(actual => WordsOf(actual).Intersect(WordsOf(text)).Count());
                Rewrite(line, nearest is null ? null : mark + nearest);
            }

            next = found < 0 ? next : found + 1;
        }

        static string[] WordsOf(string line) => line.Split(' ', '…');
    }

    /// <param name="text">Instead of an expected line, or if it begins with a new line after a command; null for none.</param>
    private void Rewrite(SceneLine line, string? text)
    {
        if (!scene.IsRow)
        {
            Rewritten[line.Number] = text;
        }
    }

    /// <summary>Whether a line is as expected: … stands for any text, <c>&lt;0.5..1&gt;</c> for a number from one to the other.</summary>
    private static bool Fits(string expected, string actual)
    {
        List<string> ranges = [];
        var pattern = string.Concat(Range().Split(expected).Select(part =>
        {
            if (!Range().IsMatch(part))
            {
                return Regex.Escape(part);
            }

            ranges.AddRange(part == "…" ? [] : [part]);
            return part == "…" ? ".*" : "(?<![0-9.])(-?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?)";
        }));
        var match = Regex.Match(actual, $"^{pattern}$", RegexOptions.Singleline);
        return match.Success && ranges.Index().All(r => IsIn(r.Item.Trim('<', '>').Split(".."), Of(match.Groups[r.Index + 1].Value)));

        static bool IsIn(string[] bounds, double value) =>
            value >= Of(bounds[0]) && (bounds[1].Length == 0 || value <= Of(bounds[1]));
        static double Of(string number) => double.Parse(number, CultureInfo.InvariantCulture);
    }

    private void Check(string fact, Dictionary<string, string>? before)
    {
        var words = fact.Split(' ', 3);
        var path = In(words[0]);
        string[] quoted = [.. Quoted().Matches(fact).Select(match => match.Value).Where(v => v[0] is '"' or '\'').Select(v => v[1..^1])];
        var isTrue = (Path.Exists(path) || words[1] == "absent") && (words[1], words.ElementAtOrDefault(2) ?? "") switch
        {
            ("exists", _) => true,
            ("absent", _) => !Path.Exists(path),
            ("contains", _) => quoted.All(text => Fits($"…{text}…", Text(path))),
            ("lacks", _) => !quoted.Any(text => Fits($"…{text}…", Text(path))),
            ("equals", var other) => Contents(path).SequenceEqual(Contents(In(other))),
            ("differs", var other) => !Contents(path).SequenceEqual(Contents(In(other["from ".Length..]))),
            ("shows", var other) => PictureFile.Load(path).Layers[0].Bytes.SequenceEqual(PictureFile.Load(In(other)).Layers[0].Bytes),
            ("unchanged", _) => Of(words[0], before!).SequenceEqual(Of(words[0], Contents(folder))),
            ("is", var size) when PictureFile.Load(path) is var picture =>
                size == $"{picture.Width}x{picture.Height}" || size == $"{picture.Width}x{picture.Height}x{picture.Channels}",
            ("has", var count) => $"{count.Split(' ', 2)[1] switch
            {
                "lines" => File.ReadAllLines(path).Length,
                "bytes" => new FileInfo(path).Length,
                "different files" => Contents(path).Values.Distinct().Count(),
                _ => Contents(path).Count,
            }}" == count.Split(' ')[0],
            _ => throw new FormatException($"no such fact: {fact}"),
        };
        _problems.AddRange(isTrue ? [] : [$"file: {fact}"]);

        static IEnumerable<KeyValuePair<string, string>> Of(string name, Dictionary<string, string> contents) =>
            contents.Where(file => name == "." || $"{file.Key.Replace('\\', '/')}/".StartsWith(name + "/", StringComparison.Ordinal));
    }

    /// <summary>With the folder of the scene as ., too.</summary>
    private string Text(string file) => string.Join('\n', Lines(File.ReadAllText(file)));

    /// <summary>Hashes of all files in a folder by their paths from there; of a file, by an empty one.</summary>
    private static Dictionary<string, string> Contents(string path)
    {
        string[] files = File.Exists(path) ? [path] : Directory.GetFiles(path, "*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return files.ToDictionary(
            file => file == path ? "" : Path.GetRelativePath(path, file),
            file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
    }

    [GeneratedRegex(@"\$([A-Z0-9]+)\b")]
    private static partial Regex Abbreviation();

    [GeneratedRegex("""(?:[^\s"']|"[^"]*"|'[^']*')+""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(\w+)\((.*)\)$")]
    private static partial Regex Node();

    [GeneratedRegex("^[A-Z0-9_]+=")]
    private static partial Regex Variable();

    [GeneratedRegex("[|&;<>$`]")]
    private static partial Regex Shell();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex(@"(…|<-?[0-9.e-]+?\.\.[0-9.e-]*>)")]
    private static partial Regex Range();

    [GeneratedRegex(@"^(\? |! |file: |not: |once: )")]
    private static partial Regex Mark();

    [GeneratedRegex("   at |Exception")]
    private static partial Regex Dump();
}
