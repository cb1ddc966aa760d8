// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Configuration;
using ActorStorage.Disk;

namespace ActorStorage.Tests.Configuration;

public sealed class StorageConfSpec : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("storage-conf-").FullName;
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private long _user;

    public StorageConfSpec() => _variables["HOME"] = $"{_root}/home";

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Should_use_the_places_of_the_system_when_there_is_no_file()
    {
        var conf = Load();
        Assert.Equal(("/var/lib/containers/storage", "/run/containers/storage"), (conf.GraphRoot, conf.RunRoot));
        Assert.Equal("", conf.Driver);
        Assert.Null(conf.PullOptions);
    }

    [Fact]
    public void Should_use_places_of_the_user_when_he_is_not_root()
    {
        _user = 1000;
        _variables["XDG_RUNTIME_DIR"] = "/run/mine";
        Assert.Equal(
            ($"{_root}/home/.local/share/containers/storage", "/run/mine/containers"),
            (Load().GraphRoot, Load().RunRoot));
        Write("home/.config/containers/storage.conf", "[storage]\nrootless_storage_path = \"$HOME/images/$UID\"");
        Assert.Equal($"{_root}/home/images/1000", Load().GraphRoot);
    }

    [Fact]
    public void Should_use_the_places_of_the_system_when_a_namespace_was_made_by_root()
    {
        _variables["_CONTAINERS_USERNS_CONFIGURED"] = "done";
        Assert.Equal("/var/lib/containers/storage", Load().GraphRoot);
        _variables["_CONTAINERS_ROOTLESS_UID"] = "1000";
        Assert.Equal($"{_root}/home/.local/share/containers/storage", Load().GraphRoot);
    }

    [Fact]
    public void Should_read_only_the_strongest_main_file_when_there_are_several()
    {
        Write("usr/share/containers/storage.conf", "[storage]\ndriver = \"vendor\"\nimagestore = \"/vendor\"");
        Assert.Equal("vendor", Load().Driver);
        Write("etc/containers/storage.conf", "[storage]\ndriver = \"administrator\"");
        Assert.Equal(("administrator", ""), (Load().Driver, Load().ImageStore));
        Write("home/.config/containers/storage.conf", "[storage]\ndriver = \"user\"");
        Assert.Equal("user", Load().Driver);
        _variables["XDG_CONFIG_HOME"] = $"{_root}/elsewhere";
        Assert.Equal("administrator", Load().Driver);
    }

    [Fact]
    public void Should_merge_fragments_by_name_when_a_stronger_place_hides_one()
    {
        Write("usr/share/containers/storage.conf", "[storage]\ndriver = \"main\"");
        Write("usr/share/containers/storage.conf.d/10-a.conf", "[storage]\ndriver = \"vendor-10\"");
        Write("etc/containers/storage.conf.d/05-b.conf", "[storage]\ndriver = \"administrator-05\"");
        Assert.Equal("vendor-10", Load().Driver);
        Write("etc/containers/storage.rootful.conf.d/10-a.conf", "[storage]\nimagestore = \"/rootful\"");
        Assert.Equal(("administrator-05", "/rootful"), (Load().Driver, Load().ImageStore));
        Write("home/.config/containers/storage.conf.d/10-a.conf", "[storage]\nimagestore = \"/user\"");
        Write("home/.config/containers/storage.conf.d/99.text", "no TOML at all");
        Assert.Equal(("administrator-05", "/user"), (Load().Driver, Load().ImageStore));
    }

    [Fact]
    public void Should_look_into_the_folder_of_the_user_id_when_he_is_not_root()
    {
        _user = 1000;
        Write("etc/containers/storage.rootful.conf.d/1.conf", "[storage]\ndriver = \"rootful\"");
        Write("etc/containers/storage.rootless.conf.d/1.conf", "[storage]\ndriver = \"rootless\"");
        Assert.Equal("rootless", Load().Driver);
        Write("etc/containers/storage.rootless.conf.d/1000/1.conf", "[storage]\ndriver = \"one\"");
        Assert.Equal("one", Load().Driver);
    }

    [Fact]
    public void Should_read_only_the_named_file_and_the_override_when_the_environment_names_them()
    {
        Write("etc/containers/storage.conf.d/1.conf", "[storage]\nimagestore = \"/fragment\"");
        _variables["CONTAINERS_STORAGE_CONF"] = Write("named", "[storage]\ndriver = \"named\"");
        Assert.Equal(("named", ""), (Load().Driver, Load().ImageStore));
        _variables["CONTAINERS_STORAGE_CONF_OVERRIDE"] = Write("last", "[storage]\ndriver = \"last\"");
        Assert.Equal("last", Load().Driver);
        _variables["STORAGE_DRIVER"] = "variable";
        Assert.Equal("variable", Load().Driver);
        _variables["CONTAINERS_STORAGE_CONF"] = $"{_root}/missing";
        var failure = Assert.Throws<StorageException>(Load);
        Assert.Equal(
            (StorageErrorKind.NotFound, $"open {_root}/missing: no such file or directory"),
            (failure.Kind, failure.Message));
    }

    [Fact]
    public void Should_warn_when_the_driver_has_its_old_name()
    {
        _variables["STORAGE_DRIVER"] = "overlay2";
        Assert.Equal("overlay", Load().Driver);
        Assert.Single(Load().Warnings);
    }

    [Theory]
    [InlineData("[\"1\"]", "[\"2\", {append=true}]", "1 2")]
    [InlineData("[\"1\", {append=true}]", "[\"2\"]", "1 2")]
    [InlineData("[\"1\", {append=true}]", "[\"2\", {append=false}]", "2")]
    [InlineData("[\"1\"]", "[\"2\"]", "2")]
    public void Should_extend_a_list_when_a_file_says_so(string first, string second, string expected)
    {
        Write("etc/containers/storage.conf", $"[storage]\ndriver_priority = {first}");
        Write("etc/containers/storage.conf.d/1.conf", $"[storage]\ndriver_priority = {second}");
        Assert.Equal(expected, string.Join(' ', Load().DriverPriority));
    }

    [Theory]
    [InlineData("[storage.options]\npull_options.a = \"1\"\npull_options.b = \"2\"")]
    [InlineData("storage.options.pull_options.a = \"1\"\nstorage.options.pull_options.b = \"2\"")]
    [InlineData("[storage]\noptions.pull_options = {a = \"1\", b = \"2\"}")]
    public void Should_read_pull_options_in_every_way_to_write_a_table(string text)
    {
        Write("etc/containers/storage.conf", text);

        var options = Load().PullOptions!;

        Assert.Equal(["a=1", "b=2"], options.Select(option => $"{option.Key}={option.Value}"));
    }

    [Fact]
    public void Should_add_pull_options_when_a_later_file_has_others()
    {
        Write("etc/containers/storage.conf", "[storage.options]\npull_options = {a = \"1\", b = \"1\"}");
        Write("etc/containers/storage.conf.d/1.conf", "[storage.options.pull_options]\nb = \"2\"\nc = \"2\"");
        Assert.Equal("a=1 b=2 c=2", string.Join(' ', Load().PullOptions!.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Fact]
    public void Should_replace_all_driver_options_when_the_environment_has_some()
    {
        Write("etc/containers/storage.conf", "[storage.options.overlay]\nmountopt = \"nodev\"");
        Assert.Equal(["overlay.mountopt=nodev"], Load().DriverOptions);
        _variables["STORAGE_OPTS"] = "a=b,c=d";
        Assert.Equal(["a=b", "c=d"], Load().DriverOptions);
        _variables["STORAGE_OPTS"] = "";
        Assert.Empty(Load().DriverOptions);
    }

    [Fact]
    public void Should_follow_symbolic_links_when_a_place_is_there()
    {
        Directory.CreateDirectory($"{_root}/real/graph");
        File.CreateSymbolicLink($"{_root}/link", $"{_root}/real");
        Write(
            "etc/containers/storage.conf",
            $"[storage]\ngraphroot = \"{_root}/link/graph/\"\nrunroot = \"{_root}/link/none\"");
        Assert.Equal(($"{_root}/real/graph", $"{_root}/link/none"), (Load().GraphRoot, Load().RunRoot));
    }

    [Fact]
    public void Should_refuse_when_images_are_to_lie_apart_in_the_same_place()
    {
        Write("etc/containers/storage.conf", "[storage]\ngraphroot = \"/same\"\nimagestore = \"/same\"");
        var failure = Assert.Throws<StorageException>(Load);
        Assert.Equal("imagestore /same must either be not set or be different than graphroot", failure.Message);
    }

    [Fact]
    public void Should_read_the_file_of_the_caller_instead_when_he_has_one()
    {
        Write("etc/containers/storage.conf", "[storage]\ndriver = \"main\"");
        var own = Write("own", "[storage]\nimagestore = \"/own\"");
        var conf = StorageConf.Load(Environment(), own);
        Assert.Equal(("", "/own"), (conf.Driver, conf.ImageStore));
    }

    private StorageConf Load() => StorageConf.Load(Environment());

    private StorageConfEnvironment Environment() =>
        new(name => _variables.GetValueOrDefault(name), _user, _user, _root);

    private string Write(string name, string text)
    {
        var path = $"{_root}/{name}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
